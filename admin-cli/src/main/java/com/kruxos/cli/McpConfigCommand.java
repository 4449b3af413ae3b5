package com.kruxos.cli;

import com.kruxos.cli.clients.ClientEntry;
import com.kruxos.cli.clients.ClientKind;
import com.kruxos.cli.clients.ClientTransport;
import com.kruxos.cli.clients.EntrySpec;
import com.kruxos.cli.clients.SettingsFile;
import com.kruxos.cli.clients.SettingsNotEditable;
import com.kruxos.cli.clients.UnifiedDiff;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "mcp-config",
        description = {
            "Add this gateway to the settings of an MCP client.",
            "",
            "Every other byte of the settings file stays. The entry"
                    + " holds no key: the client reads it from a variable or asks for it."
        },
        footer = {
            "",
            "Examples:",
            "  kruxos mcp-config --client claude",
            "  kruxos mcp-config --client codex --user --diff",
            "  kruxos mcp-config --client cursor --transport stdio --agent build-bot"
        })
final class McpConfigCommand implements Callable<Integer> {
    private static final Pattern ENTRY_NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final Pattern VARIABLE_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,127}");
    private static final Pattern LONG_WORD = Pattern.compile("[A-Za-z0-9_+=./:-]{16,}");

    private final CommandContext context;

    @Option(
            names = "--client",
            paramLabel = "CLIENT",
            required = true,
            description = "claude (Claude Code), vscode, cursor, codex, or generic to print the entry.")
    String client = "";

    @Option(names = "--agent", paramLabel = "AGENT", description = "The agent that connects; it must be active.")
    @Nullable
    String agent;

    @Option(names = "--space", paramLabel = "SPACE", description = OptionTexts.SPACE)
    @Nullable
    String space;

    @Option(names = "--user", description = "Edit the user's settings instead of this project's.")
    boolean user;

    @Option(names = "--file", paramLabel = "FILE", description = "Edit this file instead.")
    @Nullable
    String file;

    @Option(names = "--name", paramLabel = "NAME", description = "The entry's name. Default: kruxos.")
    String name = "kruxos";

    @Option(
            names = "--gateway",
            paramLabel = "URL",
            description = "The gateway's address: https://host:port, or http:// on this machine. Default:"
                    + " from the appliance.")
    @Nullable
    String gateway;

    @Option(
            names = "--certificate",
            paramLabel = "FILE",
            description = "With --transport stdio: trust only this certificate (PEM).")
    @Nullable
    String certificate;

    @Option(
            names = "--transport",
            paramLabel = "HOW",
            description = "ws, http, or stdio (with kruxos mcp-shim). Default: the best that the client supports.")
    @Nullable
    String transport;

    @Option(
            names = "--variable",
            paramLabel = "NAME",
            description = "The environment variable with the key. Default: KRUXOS_AGENT_KEY.")
    String variable = EntrySpec.SHIM_KEY_VARIABLE;

    @Option(names = "--check", description = "Change nothing; exit with 0 if the entry exists, otherwise 1.")
    boolean check;

    @Option(names = "--diff", description = "Change nothing; print the changes as a diff.")
    boolean diff;

    @Option(names = "--remove", description = "Remove the entry.")
    boolean remove;

    McpConfigCommand(CommandContext shell) {
        this.context = shell;
    }

    @Override
    public Integer call() {
        var wanted = parseClient();
        require(ENTRY_NAME.matcher(name).matches(), "--name takes letters, digits, - and _", "the default is kruxos");
        require(
                VARIABLE_NAME.matcher(variable).matches() && !SecretDetector.isSecretValue(variable),
                "--variable takes the name of a variable",
                "not the key itself; the default is KRUXOS_AGENT_KEY");
        try {
            var entry = remove ? ClientEntry.forRemoval(wanted, name) : ClientEntry.of(wanted, name, entrySpec(wanted));
            var place = settingsPath(wanted);
            return place.isEmpty() ? printEntry(entry) : editFile(wanted, entry, SettingsFile.read(place.get()));
        } catch (SettingsNotEditable e) {
            throw new CommandFailure(ExitCode.FAILED, String.valueOf(e.getMessage()), e.hint());
        }
    }

    private int printEntry(ClientEntry entry) {
        require(!check && !diff && !remove, "the generic client has no settings file", "give one with --file");
        new String(entry.asNewFile(), StandardCharsets.UTF_8).lines().forEach(context::printLine);
        return ExitCode.SUCCESS;
    }

    private int editFile(ClientKind wanted, ClientEntry entry, SettingsFile settings) {
        var before = settings.content();
        var after = remove ? entry.removeFrom(before) : entry.addTo(before);
        var same = Arrays.equals(before, after);
        var holdsKey = entry.containsKey(before);
        if (holdsKey) {
            context.printNote("The entry contains a key in plain text. Replace the key with: kruxos agent rotate"
                    + (agent == null ? "." : " " + agent + "."));
        }
        if (check) {
            return reportCheck(settings, same);
        }
        if (diff) {
            UnifiedDiff.of("a" + settings.path(), "b" + settings.path(), before, after).stream()
                    .map(McpConfigCommand::redact)
                    .forEach(context::printLine);
            return ExitCode.SUCCESS;
        }
        if (!same) {
            settings.write(after);
        }
        return reportDone(wanted, settings, same);
    }

    private int reportCheck(SettingsFile settings, boolean same) {
        context.printNote(
                same
                        ? settings.path() + " is up to date."
                        : settings.path() + (remove ? " has the entry." : " does not have this entry.")
                                + " Print the changes with --diff.");
        return same ? ExitCode.SUCCESS : ExitCode.FAILED;
    }

    private int reportDone(ClientKind wanted, SettingsFile settings, boolean same) {
        var what = remove ? "The entry " + name + " is not in " : "The entry " + name + " is in ";
        var answer = JsonValue.object()
                .with("file", settings.path().toString())
                .with("name", name)
                .with("changed", !same);
        return context.printOutcome(answer, what + settings.path() + (same ? " already." : ".") + nextSteps(wanted));
    }

    /** The next steps for the user. */
    private String nextSteps(ClientKind wanted) {
        if (remove) {
            return "";
        }
        var key = " Get a key with: kruxos agent create --name NAME, or kruxos agent rotate.";
        if (shimUsesTicket()) {
            return " Restart the client.";
        }
        return (wanted == ClientKind.VSCODE
                        ? " VS Code asks for the key when it starts the server."
                        : " Set the agent's key in the variable " + variable + " where the client starts.")
                + (agent == null ? key : "")
                + (wanted == ClientKind.CODEX && !user && file == null
                        ? " Codex reads it in trusted projects only."
                        : "")
                + (usesTls() ? " The client must trust a self-signed certificate: see docs/agents.md." : "");
    }

    private boolean usesTls() {
        return gateway != null && gateway.startsWith("https:") && !"stdio".equals(transport);
    }

    private boolean shimUsesTicket() {
        return agent != null && "stdio".equals(transport);
    }

    private EntrySpec entrySpec(ClientKind wanted) {
        var how = parseTransport(wanted);
        require(
                how != ClientTransport.STDIO
                        || wanted != ClientKind.CODEX
                        || variable.equals(EntrySpec.SHIM_KEY_VARIABLE),
                "codex passes variables under their own names",
                "omit --variable, or give --agent");
        if (agent != null) {
            requireActive(agent);
        }
        var shim = how == ClientTransport.STDIO;
        require(
                certificate == null || shim,
                "--certificate needs --transport stdio",
                "how other clients trust a certificate: see docs/agents.md");
        return new EntrySpec(
                how,
                shim ? URI.create("http://localhost") : gatewayUrl(),
                variable,
                Optional.ofNullable(agent),
                shim ? shimCommand() : List.of());
    }

    private ClientTransport parseTransport(ClientKind wanted) {
        var how = transport == null
                ? wanted.defaultTransport()
                : Arrays.stream(ClientTransport.values())
                        .filter(each -> optionValue(each).equals(transport))
                        .findFirst()
                        .orElseThrow(() -> CommandFailure.usage("--transport takes ws, http or stdio", "omit it"));
        require(
                wanted.supports(how),
                optionValue(wanted) + " does not support "
                        + (how == ClientTransport.WS ? "WebSocket" : optionValue(how)),
                "omit --transport");
        return how;
    }

    private void requireActive(String agent) {
        var state = context.api()
                .get(ApiPath.of("agents", agent).withQuery("space", space))
                .text("state");
        if (!state.equals("active")) {
            var way = state.equals("paused") ? "resume" : "restore";
            throw new CommandFailure(
                    ExitCode.REFUSED, "the agent " + agent + " is " + state, "see: kruxos agent " + way + " " + agent);
        }
    }

    private URI gatewayUrl() {
        if (gateway != null) {
            return parseGatewayUrl(gateway);
        }
        try {
            var port = context.api().get(ApiPath.of("status")).member("ports").number("mcp");
            return URI.create("http://127.0.0.1:" + port);
        } catch (CommandFailure e) {
            throw e.exitCode() != ExitCode.UNREACHABLE
                    ? e
                    : new CommandFailure(
                            e.exitCode(),
                            String.valueOf(e.getMessage()),
                            "start it, or give --gateway http://host:port");
        }
    }

    static URI parseGatewayUrl(String text) {
        if (!text.matches("https?://([A-Za-z0-9.-]+|\\[[0-9A-Fa-f:.]+])(:[0-9]{1,5})?/?")) {
            throw CommandFailure.usage(
                    "invalid gateway address", "write it like http://host:port, without a path or a key");
        }
        return URI.create(text.replaceFirst("/$", ""));
    }

    /** The command by which the client starts the shim for this home. */
    private List<String> shimCommand() {
        var command = new ArrayList<>(List.of(shimProgram(), "mcp-shim"));
        command.add(gateway == null ? "--gateway" : "--gateway=" + parseGatewayUrl(gateway));
        if (agent != null) {
            command.addAll(List.of("--agent", agent));
        }
        if (certificate != null) {
            command.addAll(List.of(
                    "--certificate",
                    Path.of(certificate).toAbsolutePath().normalize().toString()));
        }
        if (space != null) {
            command.addAll(List.of("--space", space));
        }
        var home = context.home().directory();
        var usual = context.process().variable("HOME");
        if (agent != null && (usual == null || !home.equals(Path.of(usual, ".kruxos")))) {
            command.addAll(List.of("--home", home.toString()));
        }
        return command;
    }

    /** The launcher's own path, absolute because clients start programs from any directory. */
    private String shimProgram() {
        var called = context.process().variable("KRUXOS_COMMAND");
        return called != null && called.contains("/")
                ? Path.of(called).toAbsolutePath().normalize().toString()
                : "kruxos";
    }

    private Optional<Path> settingsPath(ClientKind wanted) {
        if (file != null) {
            return Optional.of(Path.of(file));
        }
        return user
                ? wanted.userFile(
                        name -> Objects.requireNonNullElse(context.process().variable(name), ""),
                        System.getProperty("os.name", ""))
                : wanted.projectFile(Path.of(""));
    }

    private ClientKind parseClient() {
        return Arrays.stream(ClientKind.values())
                .filter(each -> optionValue(each).equals(client))
                .findFirst()
                .orElseThrow(() -> CommandFailure.usage(
                        "unknown client", "--client takes claude, vscode, cursor, codex or generic"));
    }

    private static String optionValue(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /** A diff shows neighbouring lines of the settings file, which may contain other secrets. */
    private static String redact(String line) {
        return LONG_WORD
                .matcher(ClientEntry.redactKeys(TerminalText.sanitize(line)))
                .replaceAll(word -> SecretDetector.isSecretValue(word.group()) ? "[hidden]" : word.group());
    }

    private static void require(boolean right, String wrong, String hint) {
        if (!right) {
            throw CommandFailure.usage(wrong, hint);
        }
    }
}
