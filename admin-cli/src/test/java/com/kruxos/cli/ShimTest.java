package com.kruxos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.Appliance;
import com.kruxos.HomeInitializer;
import com.kruxos.cli.shim.ShimEchoServer;
import com.kruxos.config.Config;
import com.kruxos.config.ConfigFile;
import com.kruxos.vault.KeyFiles;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.json.JsonFactory;

/**
 * The shim against the real appliance and a real server.
 *
 * <p>Fails when Shim.failPendingRequests no longer answers pending requests, when Shim.replayHandshake omits the
 * handshake or forwards its second response, and when McpShimCommand.toFailure maps 401 to anything but 6.
 */
class ShimTest {
    @TempDir
    Path folder;

    private @Nullable Appliance appliance;
    private String key = "";

    @BeforeEach
    void start() {
        HomeInitializer.initialize(home(), KeyFiles.in(folder), InstantSource.system());
        open(0);
        key = CliRun.run(folder, "agent", "create", "--name", "a", "--quiet")
                .out()
                .strip();
        addServer("echo");
    }

    @AfterEach
    void stop() {
        if (appliance != null) {
            appliance.close();
            appliance = null;
        }
    }

    @Test
    void aThousandCallsGetTheirOwnResults() {
        try (var shim = shim("--gateway")) {
            for (var i = 0; i < 1000; i++) {
                shim.call(i, "echo__echo", "{ \"n\" : 90071992547409" + i + ", \"t\":\"\\u00e9é\" }");
            }
            var open = new HashSet<Integer>();
            for (var i = 0; i < 1000; i++) {
                var line = shim.awaitLine(next -> next.contains("\"id\":"));
                var id = Integer.parseInt(line.replaceAll(".*\"id\":([0-9]+).*", "$1"));
                assertThat(line).contains("{\"said\":{ \"n\" : 90071992547409" + id + ", \"t\":\"\\u00e9é\" }}");
                assertThat(open.add(id)).isTrue();
            }
            shim.endInput();
            assertThat(shim.exitCode()).isZero();
            assertThat(shim.err()).isEmpty();
        }
    }

    /**
     * Over TLS, by the home's own certificate, by a named one, and by none that is trusted. Fails when
     * TrustedCertificates omits the home's file, or GatewayConnector does not verify the certificate.
     */
    @Test
    void onlyTheCertificateOfTheHomeOrTheNamedOneIsTrusted() throws IOException {
        var gateway = "--gateway=https://127.0.0.1:"
                + Objects.requireNonNull(appliance).port();
        var elsewhere = Files.createDirectories(folder.resolve("elsewhere"));
        var exported = Files.writeString(
                elsewhere.resolve("kruxos.pem"),
                CliRun.run(folder, "cert", "export").out());
        try (var shim = shim(gateway)) {
            shim.call(1, "echo__echo", "{}");
            assertThat(shim.awaitResponse(1)).contains("said");
        }
        var byKey = Map.of("KRUXOS_AGENT_KEY", key);
        var byVariable = Map.of("KRUXOS_AGENT_KEY", key, "KRUXOS_CERTIFICATE", exported.toString());
        try (var named = InProcessShim.initialized(
                        elsewhere, byKey, "mcp-shim", gateway, "--certificate", exported.toString());
                var set = InProcessShim.initialized(elsewhere, byVariable, "mcp-shim", gateway)) {
            for (var shim : List.of(named, set)) {
                shim.call(2, "echo__echo", "{}");
                assertThat(shim.awaitResponse(2)).contains("said");
            }
        }
        try (var shim = InProcessShim.start(elsewhere, byKey, "mcp-shim", gateway)) {
            assertThat(shim.exitCode()).isEqualTo(5);
            assertThat(shim.err()).contains("not trusted").contains("kruxos cert export");
        }
        try (var shim = InProcessShim.start(elsewhere, byKey, "mcp-shim", gateway, "--certificate", "/none.pem")) {
            assertThat(shim.exitCode()).isEqualTo(2);
        }
    }

    @Test
    void messagesOverEightMebibytesAreRejectedLocally() {
        try (var shim = shim("--gateway")) {
            var big = "x".repeat((8 << 20) - 4096);
            shim.call(1, "echo__echo", "\"" + big + "\"");
            assertThat(shim.awaitResponse(1)).contains(big);
            shim.call("\"too big\"", "echo__echo", "\"" + big + "y".repeat(8192) + "\"");
            assertThat(shim.awaitResponse("\"too big\"")).contains("longer than the 8388608 bytes");
            shim.call(2, "echo__echo", "{}");
            assertThat(shim.awaitResponse(2)).contains("\"said\":{}");
        }
    }

    /**
     * Over a message that is too long the gateway closes, and the calls of all others are lost. Fails without the
     * header in McpServlet.welcome, and when the shim has a limit of its own.
     */
    @ParameterizedTest
    @ValueSource(ints = {64 << 10, 16 << 20})
    void theMessageLimitComesFromTheGateway(int longest) throws IOException {
        stop();
        var file = "gateway:\n  port: 0\n  max_message: " + (longest >> 10)
                + "KiB\napi:\n  port: 0\ndashboard:\n  port: 0\n";
        open(ConfigFile.read(Files.writeString(home().config(), file)));
        try (var shim = shim("--gateway")) {
            shim.call(1, "echo__echo", "\"" + "x".repeat(longest + 1) + "\"");
            assertThat(shim.awaitResponse(1)).contains("longer than the " + longest + " bytes");
            var most = "x".repeat(longest - 4096);
            shim.call(2, "echo__echo", "\"" + most + "\"");
            assertThat(shim.awaitResponse(2)).contains(most);
        }
    }

    @Test
    void invalidLinesAreRejectedOneByOne() {
        try (var shim = shim("--gateway")) {
            shim.send("not json");
            assertThat(shim.awaitResponse("null")).contains("-32700");
            shim.sendBytes(new byte[] {'"', (byte) 0xC3, '"', '\n'});
            assertThat(shim.awaitResponse("null")).contains("-32700", "UTF-8");
            shim.send("");
            shim.send("  \r");
            shim.request(1, "ping", "{}");
            assertThat(shim.poll(TimeUnit.SECONDS.toNanos(60))).contains("\"id\":1");
        }
    }

    @Test
    void theShimReconnectsAfterARestart() {
        try (var shim = shim("--gateway")) {
            shim.call(1, "echo__echo", "{}");
            assertThat(shim.awaitResponse(1)).contains("said");
            shim.call(2, "echo__hang", "{}");
            awaitInFlight();
            stop();
            var lost = shim.awaitResponse(2);
            // The appliance may answer by itself while it stops; either way nobody is left without an answer.
            assertThat(lost).containsAnyOf("-32001", "interrupted");
            shim.call(3, "echo__echo", "{\"while\":\"away\"}");
            open(0);
            assertThat(shim.awaitResponse(3)).contains("{\"while\":\"away\"}");
            shim.awaitErr("reconnected");
            shim.endInput();
            assertThat(shim.exitCode()).isZero();
            assertThat(CliRun.run(folder, "session", "list", "--json").out()).contains("\"items\": []");
        }
    }

    @Test
    void theReplayedHandshakeIsHiddenFromTheClient() {
        try (var shim = shim("--gateway")) {
            stop();
            open(0);
            shim.awaitErr("reconnected");
            shim.request(7, "ping", "{}");
            // The tools may be others now: that the gateway tells is no answer.
            assertThat(shim.awaitLine(line -> line.contains("\"id\":"))).contains("\"id\":7");
            assertThat(CliRun.run(folder, "session", "list").out()).contains("t 1");
        }
    }

    @Test
    void aRevokedKeyEndsTheShim() {
        try (var shim = shim("--gateway")) {
            shim.call(1, "echo__hang", "{}");
            awaitInFlight();
            assertThat(CliRun.run(folder, "agent", "revoke", "a").exit()).isZero();
            assertThat(shim.awaitResponse(1)).contains("-32001", "may have been executed");
            assertThat(shim.exitCode()).isEqualTo(6);
            assertThat(shim.err()).contains("error: the gateway rejected the credential", "hint: ");
            assertThat(shim.err()).doesNotContain(key);
        }
    }

    @Test
    void aServerNameFiltersTheTools() {
        addServer("other");
        try (var shim = shim("other")) {
            shim.request(1, "tools/list", "{}");
            var list = shim.awaitResponse(1);
            assertThat(list).contains("other__echo", "other__hang").doesNotContain("echo__hang\"},{\"name\":\"echo");
            assertThat(list.replace("other__", "")).doesNotContain("__");
            shim.call(2, "echo__echo", "{}");
            assertThat(shim.awaitResponse(2)).contains("-32602");
            shim.call(3, "other__echo", "{}");
            assertThat(shim.awaitResponse(3)).contains("said");
        }
    }

    @Test
    void theShimWaitsForResponsesAtTheEndOfInput() {
        try (var shim = shim("--gateway")) {
            shim.call(1, "echo__echo", "{\"last\":1}");
            shim.endInput();
            assertThat(shim.awaitResponse(1)).contains("{\"last\":1}");
            assertThat(shim.exitCode()).isZero();
        }
    }

    @Test
    void invalidKeysAndUnreachableGatewaysHaveTheirExitCodes() {
        var wrong = InProcessShim.start(folder, Map.of("KRUXOS_AGENT_KEY", "0".repeat(64)), "mcp-shim", "--gateway");
        assertThat(wrong.exitCode()).isEqualTo(6);
        var unset = InProcessShim.start(folder, Map.of(), "mcp-shim", "--gateway");
        assertThat(unset.exitCode()).isEqualTo(6);
        assertThat(unset.err()).contains("KRUXOS_AGENT_KEY is not set");
        var literal =
                InProcessShim.start(folder, Map.of("KRUXOS_AGENT_KEY", "${KRUXOS_AGENT_KEY}"), "mcp-shim", "--gateway");
        assertThat(literal.exitCode()).isEqualTo(6);
        var nobody = InProcessShim.start(
                folder, Map.of("KRUXOS_AGENT_KEY", key), "mcp-shim", "--gateway=http://127.0.0.1:1");
        assertThat(nobody.exitCode()).isEqualTo(5);
        assertThat(InProcessShim.start(folder, Map.of("KRUXOS_AGENT_KEY", key), "mcp-shim")
                        .exitCode())
                .isEqualTo(2);
    }

    /** Fails when McpShimCommand.toFailure does not know the status. */
    @ParameterizedTest
    @CsvSource({
        "429, 4, the agent has reached its session limit",
        "503, 1, the gateway accepts no connections now",
        "404, 1, the gateway responded with status 404"
    })
    void everyHandshakeStatusHasAnExitCode(int status, int exit, String words) throws Exception {
        try (var gateway = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread.ofPlatform().daemon().start(() -> answer(gateway, "HTTP/1.1 " + status + " Any\r\n\r\n"));
            var shim = InProcessShim.start(
                    folder,
                    Map.of("KRUXOS_AGENT_KEY", key),
                    "mcp-shim",
                    "--gateway=http://127.0.0.1:" + gateway.getLocalPort());
            assertThat(shim.exitCode()).as(shim.err()).isEqualTo(exit);
            assertThat(shim.err()).contains("error: " + words, "hint: ");
        }
    }

    private static void answer(ServerSocket gateway, String head) {
        try (var line = gateway.accept()) {
            // A response before the request would be an invalid one.
            var request = new BufferedReader(new InputStreamReader(line.getInputStream(), StandardCharsets.US_ASCII));
            for (var header = request.readLine(); header != null && !header.isEmpty(); header = request.readLine()) {
                assertThat(header).isNotBlank();
            }
            line.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            line.shutdownOutput();
            line.getInputStream().readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The appliance's API is a fake here, which gives the agent's key for a ticket; the gateway is the real one. */
    @Test
    void everyConnectionUsesANewTicket() throws IOException {
        var port = port();
        var tickets = new AtomicInteger();
        var home = Files.createTempDirectory(folder, "f");
        try (var api = FakeHttpServer.on(
                        home,
                        request -> request.startsWith("POST /api/v1/agents/a/tickets?space=s ")
                                ? FakeHttpServer.jsonResponse(
                                        201,
                                        "{\"ticket\":\"" + (tickets.getAndIncrement() == 0 ? "0".repeat(64) : key)
                                                + "\"}")
                                : FakeHttpServer.jsonResponse(200, "{\"ports\":{\"mcp\":" + port + "}}"));
                var shim = InProcessShim.initialized(
                        home, Map.of(), "mcp-shim", "--gateway", "--agent", "a", "--space", "s")) {
            assertThat(tickets)
                    .as("the first one was refused, the second one taken")
                    .hasValue(2);
            stop();
            shim.awaitErr("gateway");
            open(Integer.parseInt(port));
            shim.awaitErr("reconnected");
            shim.call(1, "echo__echo", "{}");
            assertThat(shim.awaitResponse(1)).contains("said");
            assertThat(tickets).hasValueGreaterThan(2);
            assertThat(shim.err()).doesNotContain(key);
            assertThat(String.join("", api.requests())).contains("/api/v1/status");
        }
    }

    @Test
    void aRefusedTicketEndsTheShim() throws IOException {
        var home = Files.createTempDirectory(folder, "f");
        try (var _ = FakeHttpServer.on(
                home, _ -> FakeHttpServer.jsonResponse(404, "{\"detail\":\"there is no such agent\"}"))) {
            var shim = InProcessShim.start(
                    home, Map.of(), "mcp-shim", "--gateway=http://127.0.0.1:" + port(), "--agent", "nobody");
            assertThat(shim.exitCode()).isEqualTo(3);
            assertThat(shim.err()).contains("error: there is no such agent");
        }
    }

    private InProcessShim shim(String what) {
        return InProcessShim.initialized(folder, Map.of("KRUXOS_AGENT_KEY", key), "mcp-shim", what);
    }

    private void addServer(String server) {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var run = CliRun.run(
                folder,
                "server",
                "add",
                server,
                "--not-secret",
                "--",
                java,
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-cp",
                ShimProcess.classPath(ShimEchoServer.class, Kruxos.class, JsonFactory.class),
                ShimEchoServer.class.getName());
        assertThat(run.exit()).as(run.err()).isZero();
        awaitUntil(
                () -> CliRun.run(folder, "server", "show", server, "--json")
                        .out()
                        .contains("\"ready\""),
                () -> CliRun.run(folder, "server", "show", server, "--json").out()
                        + CliRun.run(folder, "server", "logs", server).out());
    }

    private String port() {
        return CliRun.run(folder, "status", "--json").out().replaceAll("(?s).*\"mcp\": ([0-9]+).*", "$1");
    }

    private void awaitInFlight() {
        awaitUntil(
                () -> CliRun.run(folder, "session", "list", "--json").out().contains("\"in_flight\": 1"),
                () -> "a call under way");
    }

    private static void awaitUntil(BooleanSupplier done, Supplier<String> what) {
        var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!done.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what.get()).isLessThan(deadline);
            LockSupport.parkNanos(20_000_000);
        }
    }

    private void open(int port) {
        open(Config.defaults().withPort(port));
    }

    private void open(Config config) {
        appliance = Appliance.start(config, home(), KeyFiles.in(folder), InstantSource.system());
    }

    private com.kruxos.HomeDirectory home() {
        return new com.kruxos.HomeDirectory(folder);
    }
}
