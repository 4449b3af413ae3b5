package com.kruxos.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;

/** The kruxos command: its subcommands and its error handling. */
@Command(
        name = "kruxos",
        synopsisHeading = "Usage: ",
        commandListHeading = "%nCommands:%n",
        optionListHeading = "%nOptions, everywhere:%n",
        description = {"", "Gives AI agents tools without giving them credentials."},
        footer = {
            "",
            "Commands that run the appliance:",
            "  up          Run the appliance; create the home if it is empty. --demo: a tour.",
            "  serve       Run the appliance with an existing home.",
            "  setup       Create a home.",
            "",
            "Run kruxos COMMAND --help for details. Exit codes: 0 success, 1 failure, 2 usage,",
            "3 not found, 4 refused, 5 unreachable, 6 not authenticated."
        })
public final class Kruxos {
    private static final int HELP_WIDTH = 80;
    private static final Map<String, Function<CommandContext, Object>> COMMANDS = new LinkedHashMap<>();

    static {
        COMMANDS.put("space", SpaceCommands::new);
        COMMANDS.put("agent", AgentCommands::new);
        COMMANDS.put("user-token", UserTokenCommands::new);
        COMMANDS.put("operator", OperatorCommands::new);
        COMMANDS.put("server", Kruxos::serverCommand);
        COMMANDS.put("secret", SecretCommands::new);
        COMMANDS.put("audit", AuditCommands::new);
        COMMANDS.put("session", SessionCommands::new);
        COMMANDS.put("cert", CertCommands::new);
        COMMANDS.put("status", StatusCommand::new);
        COMMANDS.put("doctor", DoctorCommand::new);
        COMMANDS.put("mcp-config", McpConfigCommand::new);
        COMMANDS.put("mcp-shim", McpShimCommand::new);
        COMMANDS.put("version", VersionCommand::new);
    }

    @Mixin
    final GlobalOptions globals = new GlobalOptions();

    private Kruxos() {}

    public static void main(String[] arguments) {
        var world = ProcessContext.current();
        var exit = run(world, arguments);
        world.out().flush();
        world.err().flush();
        System.exit(exit);
    }

    /** Runs one command and returns its exit code. */
    static int run(ProcessContext world, String... arguments) {
        var asked = arguments.length == 1 && arguments[0].equals("--version") ? new String[] {"version"} : arguments;
        // Reading the annotations of one command instead of all saves a third of the start time.
        var one = asked.length > 0 && COMMANDS.containsKey(asked[0]);
        return commandLine(world, name -> !one || name.equals(asked[0])).execute(asked);
    }

    /** The root command with all subcommands. */
    static CommandLine commandLine(ProcessContext world) {
        return commandLine(world, _ -> true);
    }

    private static CommandLine commandLine(ProcessContext world, Predicate<String> wanted) {
        var root = new Kruxos();
        var shell = new CommandContext(world, root.globals);
        var line = new CommandLine(root);
        COMMANDS.forEach((name, part) -> {
            if (wanted.test(name)) {
                line.addSubcommand(part.apply(shell));
            }
        });
        // Inherited options exist only after a command was added.
        Optional.ofNullable(line.getSubcommands().get("server")).ifPresent(ServerAddCommand::replaceInheritedUrl);
        return line.setOut(new PrintWriter(world.out(), true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(world.err(), true, StandardCharsets.UTF_8))
                .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF))
                .setUsageHelpWidth(HELP_WIDTH)
                // npm packages have names that begin with @.
                .setExpandAtFiles(false)
                .setParameterExceptionHandler(new UsageErrorHandler(world))
                .setExecutionExceptionHandler((failure, _, _) -> handleFailure(world, failure));
    }

    private static CommandLine serverCommand(CommandContext shell) {
        return new CommandLine(new ServerCommands(shell)).addSubcommand(new ServerAddCommand(shell));
    }

    private static int handleFailure(ProcessContext world, Exception failure) throws Exception {
        if (!(failure instanceof CommandFailure failed)) {
            throw failure;
        }
        return UsageErrorHandler.print(world, failed);
    }
}
