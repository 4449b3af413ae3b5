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

/** The kruxos command: the list of its parts, and what becomes of a failure. */
@Command(
        name = "kruxos",
        synopsisHeading = "Usage: ",
        commandListHeading = "%nCommands:%n",
        optionListHeading = "%nOptions, everywhere:%n",
        description = {"", "Gives AI agents tools without giving them credentials."},
        footer = {
            "",
            "To run the appliance itself:",
            "  up          Serve, after preparing the home if it is empty. --demo: a tour.",
            "  serve       Serve a home that is prepared.",
            "  setup       Prepare a home.",
            "",
            "kruxos COMMAND --help says more. Exit codes: 0 done, 1 failed, 2 usage,",
            "3 not found, 4 refused, 5 unreachable, 6 not authenticated."
        })
public final class Kruxos {
    private static final int WIDEST_HELP = 80;
    private static final Map<String, Function<Shell, Object>> PARTS = new LinkedHashMap<>();

    static {
        PARTS.put("space", SpaceCommands::new);
        PARTS.put("agent", AgentCommands::new);
        PARTS.put("user-token", UserTokenCommands::new);
        PARTS.put("operator", OperatorCommands::new);
        PARTS.put("server", Kruxos::servers);
        PARTS.put("secret", SecretCommands::new);
        PARTS.put("audit", AuditCommands::new);
        PARTS.put("session", SessionCommands::new);
        PARTS.put("cert", CertCommands::new);
        PARTS.put("status", StatusCommand::new);
        PARTS.put("doctor", DoctorCommand::new);
        PARTS.put("mcp-config", McpConfigCommand::new);
        PARTS.put("mcp-shim", McpShimCommand::new);
        PARTS.put("version", VersionCommand::new);
    }

    @Mixin
    final Globals globals = new Globals();

    private Kruxos() {}

    public static void main(String[] arguments) {
        var world = World.here();
        var exit = run(world, arguments);
        world.out().flush();
        world.err().flush();
        System.exit(exit);
    }

    /** Runs one command; the answer is its exit code. */
    static int run(World world, String... arguments) {
        var asked = arguments.length == 1 && arguments[0].equals("--version") ? new String[] {"version"} : arguments;
        // Reading one part's annotations instead of all saves a third of the command's start.
        var one = asked.length > 0 && PARTS.containsKey(asked[0]);
        return commands(world, name -> !one || name.equals(asked[0])).execute(asked);
    }

    /** The whole tree of commands. */
    static CommandLine commands(World world) {
        return commands(world, _ -> true);
    }

    private static CommandLine commands(World world, Predicate<String> wanted) {
        var root = new Kruxos();
        var shell = new Shell(world, root.globals);
        var line = new CommandLine(root);
        PARTS.forEach((name, part) -> {
            if (wanted.test(name)) {
                line.addSubcommand(part.apply(shell));
            }
        });
        // What is inherited is there only now.
        Optional.ofNullable(line.getSubcommands().get("server")).ifPresent(ServerAdd::takeUrl);
        return line.setOut(new PrintWriter(world.out(), true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(world.err(), true, StandardCharsets.UTF_8))
                .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF))
                .setUsageHelpWidth(WIDEST_HELP)
                // An argument that begins with @ is what it is: npm packages are named so.
                .setExpandAtFiles(false)
                .setParameterExceptionHandler(new Mistakes(world))
                .setExecutionExceptionHandler((failure, _, _) -> fail(world, failure));
    }

    private static CommandLine servers(Shell shell) {
        return new CommandLine(new ServerCommands(shell)).addSubcommand(new ServerAdd(shell));
    }

    private static int fail(World world, Exception failure) throws Exception {
        if (!(failure instanceof Failed failed)) {
            throw failure;
        }
        return Mistakes.tell(world, failed);
    }
}
