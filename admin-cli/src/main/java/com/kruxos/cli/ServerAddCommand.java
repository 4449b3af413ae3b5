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
        description = "Add an MCP server: a program that the appliance starts, or a remote server.",
        footer = {
            "",
            "Examples:",
            "  kruxos server add files -- mcp-server-filesystem /srv/docs",
            "  kruxos server add github --secret-env GITHUB_TOKEN -- github-mcp stdio",
            "  kruxos server add wiki --url https://example.com/mcp --bearer secret:wiki/token"
        })
final class ServerAddCommand implements Callable<Integer> {
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,127}");
    private static final String SECRET_PREFIX = "secret:";
    private static final Pattern SECRET_REFERENCE = Pattern.compile("secret:([A-Za-z0-9._-]+(?:/[A-Za-z0-9._-]+)?)");

    private final CommandContext context;

    @Parameters(
            index = "0",
            paramLabel = "NAME",
            description = "The server's name; agents see its tools as NAME__TOOL.")
    String name = "";

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "COMMAND",
            description = "The program and its arguments, after --.")
    List<String> command = List.of();

    @Option(names = "--env", paramLabel = "VAR=secret:S/K", description = "Pass a secret to the program in a variable.")
    List<String> env = List.of();

    @Option(
            names = "--secret-env",
            paramLabel = "VAR",
            description = "Read a secret now, store it as NAME/VAR and pass it in VAR.")
    List<String> secretEnv = List.of();

    @Option(names = "--plain-env", paramLabel = "VAR=VALUE", description = "Pass a variable that is not secret.")
    List<String> plainEnv = List.of();

    @Option(names = "--grant", paramLabel = "SCOPE", description = "Let the server use the secrets of this scope too.")
    List<String> grants = List.of();

    @Mixin
    final RemoteServerOptions remote = new RemoteServerOptions();

    @Option(names = "--cwd", paramLabel = "DIR", description = "The working directory of the program.")
    @Nullable
    String cwd;

    @Option(names = "--offline", description = "Run the program without network access. Needs the systemd service.")
    boolean offline;

    @Option(names = "--no-prefix", description = "Offer its tools under their own names, without NAME__.")
    boolean noPrefix;

    @Option(
            names = "--sessions",
            paramLabel = "shared|per-agent",
            description =
                    "shared: one instance for all agents. per-agent: one each, which may send requests to its agent.")
    @Nullable
    String sessions;

    @Option(names = "--not-secret", description = "Accept values and arguments that look like secrets.")
    boolean notSecret;

    @Option(names = "--space", paramLabel = "SPACE", description = OptionTexts.SPACE)
    @Nullable
    String space;

    @Mixin
    final SecretValueOptions input = new SecretValueOptions();

    ServerAddCommand(CommandContext shell) {
        this.context = shell;
    }

    /**
     * In {@code server add}, --url is the URL of the server.
     *
     * @param servers the group, after it was added to the root command
     */
    static void replaceInheritedUrl(CommandLine servers) {
        var add = servers.getSubcommands().get("add");
        if (add != null && add.getCommand() instanceof ServerAddCommand command) {
            command.remote.replaceInheritedUrl(add);
        }
    }

    @Override
    public Integer call() {
        var wanted = requestBody();
        var values = new LinkedHashMap<String, byte[]>();
        try {
            // Read first: if the user cancels, nothing has changed.
            for (var variable : secretEnv) {
                values.put(variable, input.read(context.process(), name + "/" + variable));
            }
            var server = context.api().post(ApiPath.of("servers"), wanted);
            values.forEach(this::storeSecret);
            var done = context.printOutcome(
                    server,
                    "Server " + name + " added" + (values.isEmpty() ? "" : ", its secrets stored") + ". Its tools: "
                            + OptionTexts.commandForSpace("kruxos server tools " + name, space));
            printMissingSecrets(server);
            return done;
        } finally {
            values.values().forEach(value -> Arrays.fill(value, (byte) 0));
        }
    }

    private JsonValue requestBody() {
        if (remote.isGiven()) {
            return remoteServerBody();
        }
        if (remote.hasHeaders()) {
            throw CommandFailure.usage(
                    "--bearer and --header are for servers on the network",
                    "name the server with --url, or give its program a variable with --env VAR=secret:SCOPE/KEY");
        }
        return localServerBody();
    }

    private JsonValue remoteServerBody() {
        if (!command.isEmpty()
                || !env.isEmpty()
                || !secretEnv.isEmpty()
                || !plainEnv.isEmpty()
                || cwd != null
                || offline) {
            throw CommandFailure.usage(
                    "a server has a URL or a command, not both",
                    "omit --url, or omit the program, its variables, --cwd and --offline. Quote a header: --header"
                            + " 'NAME: TEXT'. The API's address precedes the command: kruxos --url ADDRESS server add …");
        }
        return commonBody().with("url", remote.url(notSecret)).with("headers", remote.headers(notSecret));
    }

    private JsonValue localServerBody() {
        if (command.isEmpty()) {
            throw CommandFailure.usage(
                    "the program is missing",
                    "write it after --: kruxos server add " + TerminalText.singleLine(name)
                            + " -- COMMAND ARG…   (one on the network: --url URL)");
        }
        if (ServerUrl.looksLikeUrl(command.getFirst())) {
            throw CommandFailure.usage(
                    "a URL is not a program", "use: kruxos server add " + TerminalText.singleLine(name) + " --url URL");
        }
        if (secretEnv.size() > 1 && !input.isInteractive()) {
            throw CommandFailure.usage(
                    "--stdin and --from-file cannot hold the values of " + secretEnv.size() + " variables",
                    "use --env VAR=secret:" + TerminalText.singleLine(name)
                            + "/VAR for each, and kruxos secret put for the values");
        }
        refuseSecretArguments();
        return commonBody()
                .with("command", List.copyOf(command))
                .with("env", secretReferences())
                .with("plain_env", plainVariables())
                .with("cwd", cwd)
                .with("offline", offline);
    }

    private JsonValue commonBody() {
        return JsonValue.object()
                .with("name", name)
                .with("space", space)
                .with("grants", List.copyOf(grants))
                .with("prefix", !noPrefix)
                .with("sessions", sessions);
    }

    /** Prints the secrets that the server refers to and that the vault does not have. */
    private void printMissingSecrets(JsonValue server) {
        var named = new TreeSet<String>();
        for (var member : List.of("env", "headers")) {
            server.member(member)
                    .map()
                    .values()
                    .forEach(text -> SECRET_REFERENCE
                            .matcher(String.valueOf(text))
                            .results()
                            .forEach(found -> named.add(SecretNames.withDefaultKey(found.group(1)))));
        }
        if (named.isEmpty() || context.isJsonOutput()) {
            return;
        }
        try {
            var kept = context.api().getAllPages(ApiPath.of("secrets").withQuery("space", space));
            kept.list("items").forEach(secret -> named.remove(secret.text("name")));
        } catch (CommandFailure e) {
            // All of them are printed then.
        }
        named.forEach(secret -> context.printNote(
                "Missing secret, store it with: " + OptionTexts.commandForSpace("kruxos secret put " + secret, space)));
    }

    private Map<String, String> secretReferences() {
        var references = new LinkedHashMap<String, String>();
        for (var entry : env) {
            var parts = splitVariable("--env", entry, "--env VAR=secret:SCOPE/KEY");
            // The text may be the secret itself, so it is not repeated.
            if (!parts[1].startsWith(SECRET_PREFIX) || parts[1].length() == SECRET_PREFIX.length()) {
                throw CommandFailure.usage(
                        "--env " + parts[0] + " does not name a secret",
                        "write --env " + parts[0] + "=secret:SCOPE/KEY, or --secret-env " + parts[0]
                                + " to be asked for the value");
            }
            references.put(
                    parts[0], SECRET_PREFIX + SecretNames.withDefaultKey(parts[1].substring(SECRET_PREFIX.length())));
        }
        for (var variable : secretEnv) {
            if (!VARIABLE.matcher(variable).matches()) {
                throw CommandFailure.usage(
                        "--secret-env takes only the name of a variable",
                        "the value is read from the terminal, or with --stdin or --from-file");
            }
            references.put(variable, SECRET_PREFIX + name + "/" + variable);
        }
        return references;
    }

    private Map<String, String> plainVariables() {
        var plain = new LinkedHashMap<String, String>();
        for (var entry : plainEnv) {
            var parts = splitVariable("--plain-env", entry, "--plain-env VAR=VALUE");
            var secret = SecretDetector.isSecretValue(parts[1])
                    || (SecretDetector.isSecretName(parts[0]) && !SecretDetector.isHarmlessValue(parts[1]));
            if (secret && !notSecret) {
                throw secretInArgument("the value of --plain-env " + parts[0], parts[0]);
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
            if (SecretDetector.isSecretValue(value)
                    || SecretDetector.isSecretValue(argument)
                    || (!bareOption && SecretDetector.isSecretName(named) && !SecretDetector.isHarmlessValue(value))) {
                throw secretInArgument(
                        "an argument of the command" + (named.isEmpty() ? "" : ", after " + named + ","), "VAR");
            }
            option = bareOption ? argument : "";
        }
    }

    private CommandFailure secretInArgument(String where, String variable) {
        return new CommandFailure(
                ExitCode.REFUSED,
                where + " looks like a secret",
                "every user of this machine can read arguments. Store it in the vault: kruxos server add "
                        + TerminalText.singleLine(name) + " --secret-env " + variable
                        + " -- …   (if it is not secret: --not-secret)");
    }

    private static String[] splitVariable(String option, String entry, String form) {
        var equals = entry.indexOf('=');
        if (equals < 1 || !VARIABLE.matcher(entry.substring(0, equals)).matches()) {
            throw CommandFailure.usage(option + " needs a variable and a value", "write " + form);
        }
        return new String[] {entry.substring(0, equals), entry.substring(equals + 1)};
    }

    private void storeSecret(String variable, byte[] value) {
        try {
            context.api().put(ApiPath.of("secrets", name, variable).withQuery("space", space), value);
        } catch (CommandFailure e) {
            throw new CommandFailure(
                    e.exitCode(),
                    "server " + name + " is added, but its secret is not stored: " + e.getMessage(),
                    "store it with: "
                            + OptionTexts.commandForSpace("kruxos secret put " + name + "/" + variable, space)
                            + (e.hint().isEmpty() ? "" : "   (" + e.hint() + ")"));
        }
    }
}
