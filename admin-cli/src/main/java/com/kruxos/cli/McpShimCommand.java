package com.kruxos.cli;

import com.kruxos.cli.shim.Gateway;
import com.kruxos.cli.shim.Key;
import com.kruxos.cli.shim.Keys;
import com.kruxos.cli.shim.Refused;
import com.kruxos.cli.shim.Shim;
import com.kruxos.cli.shim.Trust;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "mcp-shim",
        customSynopsis = "kruxos mcp-shim (SERVER | --gateway[=URL]) [--agent AGENT]",
        description = {
            "Let a client that starts programs (stdio) speak to the gateway.",
            "",
            "A message a line on standard input and output. With --agent it connects with a ticket it gets from the"
                    + " appliance, else with the agent's key in KRUXOS_AGENT_KEY."
        },
        footer = {
            "",
            "Examples:",
            "  kruxos mcp-shim --gateway --agent build-bot",
            "  kruxos mcp-shim github --agent build-bot"
        })
final class McpShimCommand implements Callable<Integer> {
    private static final String VARIABLE = "KRUXOS_AGENT_KEY";
    private static final int USUAL_PORT = 7700;
    private static final String HERE = "";

    private final Shell shell;

    @Parameters(arity = "0..1", paramLabel = "SERVER", description = "Show the tools of this server only.")
    @Nullable
    String server;

    @Option(
            names = "--gateway",
            paramLabel = "URL",
            arity = "0..1",
            fallbackValue = HERE,
            description = "Show all tools. With =http://host:port or =https://…: of the gateway there.")
    @Nullable
    String gateway;

    @Option(names = "--agent", paramLabel = "AGENT", description = "Connect as this agent.")
    @Nullable
    String agent;

    @Option(names = "--space", paramLabel = "SPACE", description = Words.SPACE)
    @Nullable
    String space;

    @Option(
            names = "--certificate",
            paramLabel = "FILE",
            description = "Trust this certificate (PEM) and no other; else KRUXOS_CERTIFICATE, else the home's own"
                    + " and those of the system.")
    @Nullable
    String certificate;

    McpShimCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        if (server == null && gateway == null) {
            throw Failed.usage("name a server, or give --gateway for all", "see: kruxos mcp-shim --help");
        }
        var keys = agent == null ? ownKey() : tickets(agent);
        if (server != null && agent != null) {
            requirePrefix(server);
        }
        var world = shell.world();
        try {
            new Shim(
                            new Gateway(this::address, trust()),
                            keys,
                            Optional.ofNullable(server),
                            world.in(),
                            world.out(),
                            this::log)
                    .run();
            return Exit.DONE;
        } catch (Refused e) {
            throw refusal(e.status());
        } catch (SSLException e) {
            throw new Failed(
                    Exit.UNREACHABLE,
                    "the gateway's certificate is not trusted, or not for this name (" + e.getMessage() + ")",
                    "where it runs: kruxos cert export > FILE; here: --certificate FILE, or KRUXOS_CERTIFICATE");
        } catch (IOException e) {
            throw new Failed(
                    Exit.UNREACHABLE,
                    e instanceof ConnectException
                            ? "no gateway answers"
                            : "no gateway answers (" + e.getMessage() + ")",
                    "is the appliance running? Another address: --gateway=http://host:port");
        }
    }

    private Trust trust() {
        var named = certificate != null ? certificate : shell.world().variable("KRUXOS_CERTIFICATE");
        if (named != null && !Files.isReadable(Path.of(named))) {
            throw Failed.usage(
                    "the certificate " + named + " cannot be read", "kruxos cert export prints it where it runs");
        }
        return new Trust(Optional.ofNullable(named).map(Path::of), home().map(Home::certificate));
    }

    /** Who has a key and an address needs no home. */
    private Optional<Home> home() {
        try {
            return Optional.of(shell.home());
        } catch (Failed e) {
            return Optional.empty();
        }
    }

    private void log(String sentence) {
        shell.note("mcp-shim: " + sentence);
        shell.world().err().flush();
    }

    private Failed refusal(int status) {
        return switch (status) {
            case 401 ->
                new Failed(
                        Exit.NOT_AUTHENTICATED,
                        "the gateway does not take this credential",
                        agent == null
                                ? "put a current key of an agent into " + VARIABLE + ", or give --agent"
                                : "see: kruxos agent show " + agent);
            case 403 ->
                new Failed(
                        Exit.REFUSED,
                        "the gateway does not answer to this name",
                        "use its IP address, or add the name to names: in kruxos.yaml");
            case 429 ->
                new Failed(
                        Exit.REFUSED,
                        "the agent has as many sessions as it may have",
                        "end those that are done: kruxos session list, kruxos session close");
            case 503 ->
                new Failed(
                        Exit.FAILED,
                        "the gateway takes nobody in now: it is full, or stopping, or cannot record",
                        "try again in a moment; where it runs: kruxos status");
            default -> new Failed(Exit.FAILED, "the gateway answered " + status, "is it one? see: kruxos status");
        };
    }

    private Keys ownKey() {
        var key = shell.world().variable(VARIABLE);
        if (key == null || key.startsWith("${")) {
            throw new Failed(
                    Exit.NOT_AUTHENTICATED,
                    key == null ? VARIABLE + " is not set" : VARIABLE + " holds a name where the key belongs",
                    key == null
                            ? "put an agent's key there, or give --agent"
                            : "the client did not put the key in: set the variable where the client starts");
        }
        return Keys.only(key);
    }

    /** A ticket for every connection: it lasts an hour, a connection may last longer. */
    private Keys tickets(String agent) {
        return new Keys() {
            @Override
            public Key key(boolean refused) throws IOException {
                return Key.of(asked(() -> shell.api()
                        .post(Target.of("agents", agent, "tickets").with("space", space), Json.object())
                        .text("ticket")));
            }

            @Override
            public boolean canRenew() {
                return true;
            }
        };
    }

    private URI address() throws IOException {
        if (gateway != null && !gateway.equals(HERE)) {
            return McpConfigCommand.gatewayOf(gateway);
        }
        try {
            return asked(() -> URI.create("http://127.0.0.1:"
                    + shell.api().get(Target.of("status")).at("ports").number("mcp")));
        } catch (IOException | Failed e) {
            if (agent != null) {
                throw e;
            }
            // Who has a key needs no way to the appliance's home.
            return URI.create("http://127.0.0.1:" + USUAL_PORT);
        }
    }

    private interface Question<T> {
        T ask();
    }

    /** An appliance that does not answer may do so later; what it answers counts. */
    private static <T> T asked(Question<T> question) throws IOException {
        try {
            return question.ask();
        } catch (Failed e) {
            if (e.exit() == Exit.UNREACHABLE) {
                throw new IOException(e.getMessage(), e);
            }
            throw e;
        }
    }

    /** Without a prefix its tools cannot be told from others. */
    private void requirePrefix(String name) {
        var known = shell.api().get(Target.of("servers", name).with("space", space));
        if (!known.flag("prefix")) {
            throw new Failed(
                    Exit.REFUSED,
                    "the server " + name + " shows its tools without its name",
                    "use --gateway, or add it without --no-prefix");
        }
    }
}
