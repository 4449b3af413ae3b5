package com.kruxos.cli;

import com.kruxos.cli.clients.CannotEdit;
import com.kruxos.cli.clients.Client;
import com.kruxos.cli.clients.Connection;
import com.kruxos.cli.clients.Diff;
import com.kruxos.cli.clients.Entry;
import com.kruxos.cli.clients.SettingsFile;
import com.kruxos.cli.clients.Transport;
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
            "Write the entry that connects an MCP client to this gateway.",
            "",
            "It goes into the client's own settings file, of which every other byte stays. It"
                    + " holds names, never a key: the client puts the key in from a variable, or asks you."
        },
        footer = {
            "",
            "Examples:",
            "  kruxos mcp-config --client claude",
            "  kruxos mcp-config --client codex --user --diff",
            "  kruxos mcp-config --client cursor --transport stdio --agent build-bot"
        })
final class McpConfigCommand implements Callable<Integer> {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,127}");
    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9_+=./:-]{16,}");

    private final Shell shell;

    @Option(
            names = "--client",
            paramLabel = "CLIENT",
            required = true,
            description = "claude (Claude Code), vscode, cursor, codex, or generic: print it.")
    String client = "";

    @Option(names = "--agent", paramLabel = "AGENT", description = "Whose key it is; it must be active.")
    @Nullable
    String agent;

    @Option(names = "--space", paramLabel = "SPACE", description = Words.SPACE)
    @Nullable
    String space;

    @Option(names = "--user", description = "The file for all your projects, not this folder's.")
    boolean user;

    @Option(names = "--file", paramLabel = "FILE", description = "Another file.")
    @Nullable
    String file;

    @Option(names = "--name", paramLabel = "NAME", description = "The entry's name. Default: kruxos.")
    String name = "kruxos";

    @Option(
            names = "--gateway",
            paramLabel = "URL",
            description = "Where agents connect: https://host:port, or http:// on this machine. Default: what the"
                    + " appliance says.")
    @Nullable
    String gateway;

    @Option(
            names = "--certificate",
            paramLabel = "FILE",
            description = "With --transport stdio: the gateway's certificate (PEM), trusted alone.")
    @Nullable
    String certificate;

    @Option(
            names = "--transport",
            paramLabel = "HOW",
            description = "ws, http, or stdio: by kruxos mcp-shim. Default: the best the client can.")
    @Nullable
    String transport;

    @Option(
            names = "--variable",
            paramLabel = "NAME",
            description = "The variable that will hold the key. Default: KRUXOS_AGENT_KEY.")
    String variable = Connection.SHIM_VARIABLE;

    @Option(names = "--check", description = "Write nothing; exit 0 when the entry is there, else 1.")
    boolean check;

    @Option(names = "--diff", description = "Write nothing; show what would change.")
    boolean diff;

    @Option(names = "--remove", description = "Take the entry out.")
    boolean remove;

    McpConfigCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        var wanted = client();
        require(NAME.matcher(name).matches(), "--name takes letters, digits, - and _", "the usual one is kruxos");
        require(
                VARIABLE.matcher(variable).matches() && !LooksSecret.value(variable),
                "--variable takes the name of a variable",
                "never the key itself; the usual one is KRUXOS_AGENT_KEY");
        try {
            var entry = remove ? Entry.named(wanted, name) : Entry.of(wanted, name, connection(wanted));
            var place = place(wanted);
            return place.isEmpty() ? print(entry) : edit(wanted, entry, SettingsFile.read(place.get()));
        } catch (CannotEdit e) {
            throw new Failed(Exit.FAILED, String.valueOf(e.getMessage()), e.hint());
        }
    }

    private int print(Entry entry) {
        require(!check && !diff && !remove, "there is no file to look into", "name one with --file");
        new String(entry.alone(), StandardCharsets.UTF_8).lines().forEach(shell::say);
        return Exit.DONE;
    }

    private int edit(Client wanted, Entry entry, SettingsFile settings) {
        var before = settings.text();
        var after = remove ? entry.removeFrom(before) : entry.putInto(before);
        var same = Arrays.equals(before, after);
        var holdsKey = entry.holdsKey(before);
        if (holdsKey) {
            shell.note("The entry holds a key in clear. Who reads the file has it: replace it with kruxos agent rotate"
                    + (agent == null ? "." : " " + agent + "."));
        }
        if (check) {
            return checked(settings, same);
        }
        if (diff) {
            Diff.of("a" + settings.path(), "b" + settings.path(), before, after).stream()
                    .map(McpConfigCommand::withoutSecrets)
                    .forEach(shell::say);
            return Exit.DONE;
        }
        if (!same) {
            settings.write(after);
        }
        return done(wanted, settings, same);
    }

    private int checked(SettingsFile settings, boolean same) {
        shell.note(
                same
                        ? settings.path() + " is as it should be."
                        : settings.path() + (remove ? " has the entry." : " does not have this entry.")
                                + " Show what would change: --diff");
        return same ? Exit.DONE : Exit.FAILED;
    }

    private int done(Client wanted, SettingsFile settings, boolean same) {
        var what = remove ? "The entry " + name + " is not in " : "The entry " + name + " is in ";
        var answer = Json.object()
                .with("file", settings.path().toString())
                .with("name", name)
                .with("changed", !same);
        return shell.done(answer, what + settings.path() + (same ? " already." : ".") + next(wanted));
    }

    /** What the person still has to do. */
    private String next(Client wanted) {
        if (remove) {
            return "";
        }
        var key = " Key: kruxos agent create --name NAME, or rotate one.";
        if (shimByTicket()) {
            return " Start the client anew.";
        }
        return (wanted == Client.VSCODE
                        ? " VS Code asks for the key when it starts the server."
                        : " Put the agent's key into the variable " + variable + " where the client starts.")
                + (agent == null ? key : "")
                + (wanted == Client.CODEX && !user && file == null ? " Codex reads it in trusted projects only." : "")
                + (secure() ? " A self-made certificate has to be trusted by the client: see docs/agents.md." : "");
    }

    private boolean secure() {
        return gateway != null && gateway.startsWith("https:") && !"stdio".equals(transport);
    }

    private boolean shimByTicket() {
        return agent != null && "stdio".equals(transport);
    }

    private Connection connection(Client wanted) {
        var how = transport(wanted);
        require(
                how != Transport.STDIO || wanted != Client.CODEX || variable.equals(Connection.SHIM_VARIABLE),
                "codex hands variables on under their own name",
                "leave --variable out, or give --agent");
        if (agent != null) {
            requireActive(agent);
        }
        var shim = how == Transport.STDIO;
        require(
                certificate == null || shim,
                "--certificate is for the shim",
                "other clients have a way of their own to trust one: see docs/agents.md");
        return new Connection(
                how,
                shim ? URI.create("http://localhost") : gateway(),
                variable,
                Optional.ofNullable(agent),
                shim ? shim() : List.of());
    }

    private Transport transport(Client wanted) {
        var how = transport == null
                ? wanted.usual()
                : Arrays.stream(Transport.values())
                        .filter(each -> lower(each).equals(transport))
                        .findFirst()
                        .orElseThrow(() -> Failed.usage("--transport takes ws, http or stdio", "leave it out"));
        require(
                wanted.takes(how),
                lower(wanted) + " does not speak " + (how == Transport.WS ? "WebSocket" : lower(how)),
                "leave --transport out");
        return how;
    }

    private void requireActive(String agent) {
        var state =
                shell.api().get(Target.of("agents", agent).with("space", space)).text("state");
        if (!state.equals("active")) {
            var way = state.equals("paused") ? "resume" : "restore";
            throw new Failed(
                    Exit.REFUSED, "the agent " + agent + " is " + state, "see: kruxos agent " + way + " " + agent);
        }
    }

    private URI gateway() {
        if (gateway != null) {
            return gatewayOf(gateway);
        }
        try {
            var port = shell.api().get(Target.of("status")).at("ports").number("mcp");
            return URI.create("http://127.0.0.1:" + port);
        } catch (Failed e) {
            throw e.exit() != Exit.UNREACHABLE
                    ? e
                    : new Failed(
                            e.exit(), String.valueOf(e.getMessage()), "start it, or give --gateway http://host:port");
        }
    }

    static URI gatewayOf(String text) {
        if (!text.matches("https?://([A-Za-z0-9.-]+|\\[[0-9A-Fa-f:.]+])(:[0-9]{1,5})?/?")) {
            throw Failed.usage(
                    "the gateway's address cannot be read", "write http://host:port, without a path or a key");
        }
        return URI.create(text.replaceFirst("/$", ""));
    }

    /** How the client is to start the shim: on this machine, for this home. */
    private List<String> shim() {
        var command = new ArrayList<>(List.of(program(), "mcp-shim"));
        command.add(gateway == null ? "--gateway" : "--gateway=" + gatewayOf(gateway));
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
        var home = shell.home().folder();
        var usual = shell.world().variable("HOME");
        if (agent != null && (usual == null || !home.equals(Path.of(usual, ".kruxos")))) {
            command.addAll(List.of("--home", home.toString()));
        }
        return command;
    }

    /** The launcher tells how it was called; a path is made whole, for clients start programs from any folder. */
    private String program() {
        var called = shell.world().variable("KRUXOS_COMMAND");
        return called != null && called.contains("/")
                ? Path.of(called).toAbsolutePath().normalize().toString()
                : "kruxos";
    }

    private Optional<Path> place(Client wanted) {
        if (file != null) {
            return Optional.of(Path.of(file));
        }
        return user
                ? wanted.userFile(
                        name -> Objects.requireNonNullElse(shell.world().variable(name), ""),
                        System.getProperty("os.name", ""))
                : wanted.projectFile(Path.of(""));
    }

    private Client client() {
        return Arrays.stream(Client.values())
                .filter(each -> lower(each).equals(client))
                .findFirst()
                .orElseThrow(() -> Failed.usage(
                        "there is no such client", "--client takes claude, vscode, cursor, codex or generic"));
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /** A settings file may hold other people's keys, and a difference is shown with what stands around it. */
    private static String withoutSecrets(String line) {
        return WORD.matcher(Entry.hideKeys(Texts.clean(line)))
                .replaceAll(word -> LooksSecret.value(word.group()) ? "[hidden]" : word.group());
    }

    private static void require(boolean right, String wrong, String hint) {
        if (!right) {
            throw Failed.usage(wrong, hint);
        }
    }
}
