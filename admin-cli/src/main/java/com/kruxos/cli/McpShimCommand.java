package com.kruxos.cli;

import com.kruxos.cli.shim.AgentCredentials;
import com.kruxos.cli.shim.GatewayConnector;
import com.kruxos.cli.shim.HandshakeRejected;
import com.kruxos.cli.shim.Shim;
import com.kruxos.cli.shim.ShimCredential;
import com.kruxos.cli.shim.TrustedCertificates;
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
            "Connect an MCP client that starts programs (stdio) to the gateway.",
            "",
            "It reads and writes one message a line. With --agent it gets tickets from the"
                    + " appliance, else with the agent's key in KRUXOS_AGENT_KEY."
        },
        footer = {
            "",
            "Examples:",
            "  kruxos mcp-shim --gateway --agent build-bot",
            "  kruxos mcp-shim github --agent build-bot"
        })
final class McpShimCommand implements Callable<Integer> {
    private static final String KEY_VARIABLE = "KRUXOS_AGENT_KEY";
    private static final int DEFAULT_PORT = 7700;
    private static final String LOCAL_GATEWAY = "";

    private final CommandContext context;

    @Parameters(arity = "0..1", paramLabel = "SERVER", description = "Offer the tools of this server only.")
    @Nullable
    String server;

    @Option(
            names = "--gateway",
            paramLabel = "URL",
            arity = "0..1",
            fallbackValue = LOCAL_GATEWAY,
            description = "Offer all tools. Add =http://host:port or =https://… for another gateway.")
    @Nullable
    String gateway;

    @Option(names = "--agent", paramLabel = "AGENT", description = "Connect as this agent.")
    @Nullable
    String agent;

    @Option(names = "--space", paramLabel = "SPACE", description = OptionTexts.SPACE)
    @Nullable
    String space;

    @Option(
            names = "--certificate",
            paramLabel = "FILE",
            description = "Trust only this certificate (PEM). Default: KRUXOS_CERTIFICATE, then the home's"
                    + " certificate and the system's issuers.")
    @Nullable
    String certificate;

    McpShimCommand(CommandContext shell) {
        this.context = shell;
    }

    @Override
    public Integer call() {
        if (server == null && gateway == null) {
            throw CommandFailure.usage(
                    "give a server name, or --gateway for all servers", "see: kruxos mcp-shim --help");
        }
        var keys = agent == null ? keyFromEnvironment() : ticketsFor(agent);
        if (server != null && agent != null) {
            requirePrefix(server);
        }
        var world = context.process();
        try {
            new Shim(
                            new GatewayConnector(this::gatewayAddress, trustedCertificates()),
                            keys,
                            Optional.ofNullable(server),
                            world.in(),
                            world.out(),
                            this::log)
                    .run();
            return ExitCode.SUCCESS;
        } catch (HandshakeRejected e) {
            throw toFailure(e.status());
        } catch (SSLException e) {
            throw new CommandFailure(
                    ExitCode.UNREACHABLE,
                    "the gateway's certificate is not trusted or not valid for this name (" + e.getMessage() + ")",
                    "run kruxos cert export > FILE on its machine; then use --certificate FILE or KRUXOS_CERTIFICATE");
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.UNREACHABLE,
                    e instanceof ConnectException
                            ? "no gateway responds"
                            : "no gateway responds (" + e.getMessage() + ")",
                    "check that the appliance runs, or give its address: --gateway=http://host:port");
        }
    }

    private TrustedCertificates trustedCertificates() {
        var named = certificate != null ? certificate : context.process().variable("KRUXOS_CERTIFICATE");
        if (named != null && !Files.isReadable(Path.of(named))) {
            throw CommandFailure.usage(
                    "the certificate " + named + " cannot be read",
                    "kruxos cert export on the appliance's machine prints it");
        }
        return new TrustedCertificates(
                Optional.ofNullable(named).map(Path::of), homeIfKnown().map(CliHome::certificateFile));
    }

    /** With a key and an address no home is needed. */
    private Optional<CliHome> homeIfKnown() {
        try {
            return Optional.of(context.home());
        } catch (CommandFailure e) {
            return Optional.empty();
        }
    }

    private void log(String sentence) {
        context.printNote("mcp-shim: " + sentence);
        context.process().err().flush();
    }

    private CommandFailure toFailure(int status) {
        return switch (status) {
            case 401 ->
                new CommandFailure(
                        ExitCode.NOT_AUTHENTICATED,
                        "the gateway rejected the credential",
                        agent == null
                                ? "set a valid agent key in " + KEY_VARIABLE + ", or use --agent"
                                : "see: kruxos agent show " + agent);
            case 403 ->
                new CommandFailure(
                        ExitCode.REFUSED,
                        "the gateway does not accept this host name",
                        "use its IP address, or add the name to names: in kruxos.yaml");
            case 429 ->
                new CommandFailure(
                        ExitCode.REFUSED,
                        "the agent has reached its session limit",
                        "close unused ones: kruxos session list, kruxos session close");
            case 503 ->
                new CommandFailure(
                        ExitCode.FAILED,
                        "the gateway accepts no connections now: it is full, stopping, or cannot write the audit log",
                        "try again, and check on its machine: kruxos status");
            default ->
                new CommandFailure(
                        ExitCode.FAILED,
                        "the gateway responded with status " + status,
                        "check the address; see: kruxos status");
        };
    }

    private AgentCredentials keyFromEnvironment() {
        var key = context.process().variable(KEY_VARIABLE);
        if (key == null || key.startsWith("${")) {
            throw new CommandFailure(
                    ExitCode.NOT_AUTHENTICATED,
                    key == null
                            ? KEY_VARIABLE + " is not set"
                            : KEY_VARIABLE + " contains a variable name instead of the key",
                    key == null
                            ? "set it to an agent key, or use --agent"
                            : "the client did not substitute the variable: set it where the client starts");
        }
        return AgentCredentials.fixed(key);
    }

    /** A new ticket for each connection, because a ticket expires after an hour. */
    private AgentCredentials ticketsFor(String agent) {
        return new AgentCredentials() {
            @Override
            public ShimCredential next(boolean refused) throws IOException {
                return ShimCredential.of(retryableWhenUnreachable(() -> context.api()
                        .post(ApiPath.of("agents", agent, "tickets").withQuery("space", space), JsonValue.object())
                        .text("ticket")));
            }

            @Override
            public boolean isRenewable() {
                return true;
            }
        };
    }

    private URI gatewayAddress() throws IOException {
        if (gateway != null && !gateway.equals(LOCAL_GATEWAY)) {
            return McpConfigCommand.parseGatewayUrl(gateway);
        }
        try {
            return retryableWhenUnreachable(() -> URI.create("http://127.0.0.1:"
                    + context.api().get(ApiPath.of("status")).member("ports").number("mcp")));
        } catch (IOException | CommandFailure e) {
            if (agent != null) {
                throw e;
            }
            // With a key, access to the appliance's home is not needed.
            return URI.create("http://127.0.0.1:" + DEFAULT_PORT);
        }
    }

    private interface ApiCall<T> {
        T execute();
    }

    /** An unreachable appliance is worth a retry; an error response is final. */
    private static <T> T retryableWhenUnreachable(ApiCall<T> question) throws IOException {
        try {
            return question.execute();
        } catch (CommandFailure e) {
            if (e.exitCode() == ExitCode.UNREACHABLE) {
                throw new IOException(e.getMessage(), e);
            }
            throw e;
        }
    }

    /** Without a prefix the server's tools cannot be recognized. */
    private void requirePrefix(String name) {
        var known = context.api().get(ApiPath.of("servers", name).withQuery("space", space));
        if (!known.isTrue("prefix")) {
            throw new CommandFailure(
                    ExitCode.REFUSED,
                    "the server " + name + " has no tool prefix",
                    "use --gateway, or add the server without --no-prefix");
        }
    }
}
