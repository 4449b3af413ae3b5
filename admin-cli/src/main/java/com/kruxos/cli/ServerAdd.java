package com.kruxos.cli;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "add",
        customSynopsis = {
            "kruxos server add NAME [OPTIONS] -- COMMAND [ARG…]",
            "       kruxos server add NAME [OPTIONS] --url URL"
        },
        description =
                "Add an MCP server: a program the appliance starts when an agent needs it, or one on the network.",
        footer = {
            "",
            "Examples:",
            "  kruxos server add files -- mcp-server-filesystem /srv/docs",
            "  kruxos server add github --secret-env GITHUB_TOKEN -- github-mcp stdio",
            "  kruxos server add wiki --url https://example.com/mcp --bearer secret:wiki/token"
        })
final class ServerAdd implements Callable<Integer> {
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,127}");
    private static final String REFERENCE = "secret:";
    private static final Pattern REFERENCES = Pattern.compile("secret:([A-Za-z0-9._-]+(?:/[A-Za-z0-9._-]+)?)");

    private final Shell shell;

    @Parameters(index = "0", paramLabel = "NAME", description = "What to call it; its tools are NAME__TOOL.")
    String name = "";

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "COMMAND",
            description = "The program and its arguments, after --.")
    List<String> command = List.of();

    @Option(
            names = "--env",
            paramLabel = "VAR=secret:S/K",
            description = "Give the program a secret of the vault in a variable.")
    List<String> env = List.of();

    @Option(
            names = "--secret-env",
            paramLabel = "VAR",
            description = "The same, and ask for the value now; it is kept as NAME/VAR.")
    List<String> secretEnv = List.of();

    @Option(names = "--plain-env", paramLabel = "VAR=VALUE", description = "A variable that is no secret.")
    List<String> plainEnv = List.of();

    @Option(names = "--grant", paramLabel = "SCOPE", description = "A scope of secrets it may also read.")
    List<String> grants = List.of();

    @Mixin
    final NetworkServer network = new NetworkServer();

    @Option(names = "--cwd", paramLabel = "DIR", description = "The folder the program runs in.")
    @Nullable
    String cwd;

    @Option(names = "--offline", description = "Keep the program from every network. Needs the service of systemd.")
    boolean offline;

    @Option(names = "--no-prefix", description = "Show its tools under their own names, without NAME__.")
    boolean noPrefix;

    @Option(
            names = "--sessions",
            paramLabel = "shared|per-agent",
            description = "per-agent: a life of it for each agent, which it may ask.")
    @Nullable
    String sessions;

    @Option(
            names = "--not-secret",
            description = "Take plain values and arguments as they are, though one looks like a secret.")
    boolean notSecret;

    @Option(names = "--space", paramLabel = "SPACE", description = Words.SPACE)
    @Nullable
    String space;

    @Mixin
    final SecretInput input = new SecretInput();

    ServerAdd(Shell shell) {
        this.shell = shell;
    }

    /**
     * In {@code server add} --url is the server's.
     *
     * @param servers the group, as part of the whole tree
     */
    static void takeUrl(CommandLine servers) {
        var add = servers.getSubcommands().get("add");
        if (add != null && add.getCommand() instanceof ServerAdd command) {
            command.network.takeUrl(add);
        }
    }

    @Override
    public Integer call() {
        var wanted = wanted();
        var values = new LinkedHashMap<String, byte[]>();
        try {
            // Asked first: who ends the questions here leaves nothing behind.
            for (var variable : secretEnv) {
                values.put(variable, input.read(shell.world(), name + "/" + variable));
            }
            var server = shell.api().post(Target.of("servers"), wanted);
            values.forEach(this::keep);
            var done = shell.done(
                    server,
                    "Server " + name + " added" + (values.isEmpty() ? "" : ", its secrets kept") + ". Its tools: "
                            + Words.command("kruxos server tools " + name, space));
            nameMissing(server);
            return done;
        } finally {
            values.values().forEach(value -> Arrays.fill(value, (byte) 0));
        }
    }

    private Json wanted() {
        if (network.wanted()) {
            return onTheNetwork();
        }
        if (network.hasHeaders()) {
            throw Failed.usage(
                    "--bearer and --header are for servers on the network",
                    "name the server with --url, or give its program a variable with --env VAR=secret:SCOPE/KEY");
        }
        return program();
    }

    private Json onTheNetwork() {
        if (!command.isEmpty()
                || !env.isEmpty()
                || !secretEnv.isEmpty()
                || !plainEnv.isEmpty()
                || cwd != null
                || offline) {
            throw Failed.usage(
                    "a server has a URL or a program, not both",
                    "leave out --url, or the program with its variables, --cwd and --offline. Quote a header: --header"
                            + " 'NAME: TEXT'. The address of the API goes first: kruxos --url ADDRESS server add …");
        }
        return named().with("url", network.url(notSecret)).with("headers", network.headers(notSecret));
    }

    private Json program() {
        if (command.isEmpty()) {
            throw Failed.usage(
                    "which program is the server?",
                    "write it after two dashes: kruxos server add " + Texts.line(name)
                            + " -- COMMAND ARG…   (one on the network: --url URL)");
        }
        if (ServerUrl.looksLikeOne(command.getFirst())) {
            throw Failed.usage("a URL is no program", "kruxos server add " + Texts.line(name) + " --url URL");
        }
        if (secretEnv.size() > 1 && !input.asks()) {
            throw Failed.usage(
                    "one input cannot hold the values of " + secretEnv.size() + " variables",
                    "use --env VAR=secret:" + Texts.line(name) + "/VAR for each, and kruxos secret put for the values");
        }
        refuseSecretArguments();
        return named().with("command", List.copyOf(command))
                .with("env", references())
                .with("plain_env", plain())
                .with("cwd", cwd)
                .with("offline", offline);
    }

    private Json named() {
        return Json.object()
                .with("name", name)
                .with("space", space)
                .with("grants", List.copyOf(grants))
                .with("prefix", !noPrefix)
                .with("sessions", sessions);
    }

    /** What the server refers to and the vault does not hold yet. The server is added either way. */
    private void nameMissing(Json server) {
        var named = new TreeSet<String>();
        for (var member : List.of("env", "headers")) {
            server.at(member)
                    .map()
                    .values()
                    .forEach(text -> REFERENCES
                            .matcher(String.valueOf(text))
                            .results()
                            .forEach(found -> named.add(SecretNames.whole(found.group(1)))));
        }
        if (named.isEmpty() || shell.json()) {
            return;
        }
        try {
            var kept = shell.api().all(Target.of("secrets").with("space", space));
            kept.list("items").forEach(secret -> named.remove(secret.text("name")));
        } catch (Failed e) {
            // Then all of them are named: to put one twice does no harm.
        }
        named.forEach(secret ->
                shell.note("It still needs a secret: " + Words.command("kruxos secret put " + secret, space)));
    }

    private Map<String, String> references() {
        var references = new LinkedHashMap<String, String>();
        for (var entry : env) {
            var parts = variable("--env", entry, "--env VAR=secret:SCOPE/KEY");
            // What stands there instead may be the secret itself: it is not repeated.
            if (!parts[1].startsWith(REFERENCE) || parts[1].length() == REFERENCE.length()) {
                throw Failed.usage(
                        "--env " + parts[0] + " names no secret",
                        "write --env " + parts[0] + "=secret:SCOPE/KEY, or --secret-env " + parts[0]
                                + " to be asked for the value");
            }
            references.put(parts[0], REFERENCE + SecretNames.whole(parts[1].substring(REFERENCE.length())));
        }
        for (var variable : secretEnv) {
            if (!VARIABLE.matcher(variable).matches()) {
                throw Failed.usage(
                        "--secret-env takes the name of a variable and nothing else",
                        "the value is asked for, or read with --stdin or --from-file");
            }
            references.put(variable, REFERENCE + name + "/" + variable);
        }
        return references;
    }

    private Map<String, String> plain() {
        var plain = new LinkedHashMap<String, String>();
        for (var entry : plainEnv) {
            var parts = variable("--plain-env", entry, "--plain-env VAR=VALUE");
            var secret = LooksSecret.value(parts[1]) || (LooksSecret.name(parts[0]) && !LooksSecret.harmless(parts[1]));
            if (secret && !notSecret) {
                throw refused("the value of --plain-env " + parts[0], parts[0]);
            }
            plain.put(parts[0], parts[1]);
        }
        return plain;
    }

    private void refuseSecretArguments() {
        if (notSecret) {
            return;
        }
        var option = "";
        for (var argument : command) {
            var equals = argument.indexOf('=');
            var named = equals > 0 ? argument.substring(0, equals) : option;
            var value = equals > 0 ? argument.substring(equals + 1) : argument;
            var bareOption = argument.startsWith("-") && equals < 0;
            if (LooksSecret.value(value)
                    || LooksSecret.value(argument)
                    || (!bareOption && LooksSecret.name(named) && !LooksSecret.harmless(value))) {
                throw refused("an argument of the command" + (named.isEmpty() ? "" : ", after " + named + ","), "VAR");
            }
            option = bareOption ? argument : "";
        }
    }

    private Failed refused(String where, String variable) {
        return new Failed(
                Exit.REFUSED,
                where + " looks like a secret",
                "every user of this machine can read arguments. Let the appliance keep it: kruxos server add "
                        + Texts.line(name) + " --secret-env " + variable
                        + " -- …   (if it is public: --not-secret)");
    }

    private static String[] variable(String option, String entry, String form) {
        var equals = entry.indexOf('=');
        if (equals < 1 || !VARIABLE.matcher(entry.substring(0, equals)).matches()) {
            throw Failed.usage(option + " needs a variable and what it holds", "write " + form);
        }
        return new String[] {entry.substring(0, equals), entry.substring(equals + 1)};
    }

    private void keep(String variable, byte[] value) {
        try {
            shell.api().put(Target.of("secrets", name, variable).with("space", space), value);
        } catch (Failed e) {
            throw new Failed(
                    e.exit(),
                    "server " + name + " is added, but its secret is not kept: " + e.getMessage(),
                    "give it again with: " + Words.command("kruxos secret put " + name + "/" + variable, space)
                            + (e.hint().isEmpty() ? "" : "   (" + e.hint() + ")"));
        }
    }
}
