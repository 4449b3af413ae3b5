package com.kruxos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.Appliance;
import com.kruxos.HomeInitializer;
import com.kruxos.cli.shim.EchoServer;
import com.kruxos.config.Config;
import com.kruxos.config.ConfigFile;
import com.kruxos.vault.KeyFiles;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
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

/**
 * The shim against the real appliance and a real server.
 *
 * <p>Row C8, the connection fetched at run time. Red when Shim.lose no longer answers what was under way, when
 * Shim.resume leaves out the handshake or lets its second answer through, and when McpShimCommand.refusal maps 401 to
 * anything but 6.
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
        key = Run.of(folder, "agent", "create", "--name", "a", "--quiet").out().strip();
        add("echo");
    }

    @AfterEach
    void stop() {
        if (appliance != null) {
            appliance.close();
            appliance = null;
        }
    }

    @Test
    void aThousandCallsAreAnsweredEachWithItsOwnBytes() {
        try (var shim = shim("--gateway")) {
            for (var i = 0; i < 1000; i++) {
                shim.call(i, "echo__echo", "{ \"n\" : 90071992547409" + i + ", \"t\":\"\\u00e9é\" }");
            }
            var open = new HashSet<Integer>();
            for (var i = 0; i < 1000; i++) {
                var line = shim.next(next -> next.contains("\"id\":"));
                var id = Integer.parseInt(line.replaceAll(".*\"id\":([0-9]+).*", "$1"));
                assertThat(line).contains("{\"said\":{ \"n\" : 90071992547409" + id + ", \"t\":\"\\u00e9é\" }}");
                assertThat(open.add(id)).isTrue();
            }
            shim.endInput();
            assertThat(shim.exit()).isZero();
            assertThat(shim.err()).isEmpty();
        }
    }

    /**
     * Over TLS, by the home's own certificate, by a named one, and by none that is trusted. Red when Trust leaves out
     * the home's file, or Gateway.secured no longer asks whose certificate it is.
     */
    @Test
    void aSelfMadeCertificateIsTrustedWhenItIsTheHomesOrNamed() throws IOException {
        var gateway = "--gateway=https://127.0.0.1:"
                + Objects.requireNonNull(appliance).port();
        var elsewhere = Files.createDirectories(folder.resolve("elsewhere"));
        var exported = Files.writeString(
                elsewhere.resolve("kruxos.pem"),
                Run.of(folder, "cert", "export").out());
        try (var shim = shim(gateway)) {
            shim.call(1, "echo__echo", "{}");
            assertThat(shim.answer(1)).contains("said");
        }
        var byKey = Map.of("KRUXOS_AGENT_KEY", key);
        var byVariable = Map.of("KRUXOS_AGENT_KEY", key, "KRUXOS_CERTIFICATE", exported.toString());
        try (var named = ShimRun.greeted(elsewhere, byKey, "mcp-shim", gateway, "--certificate", exported.toString());
                var set = ShimRun.greeted(elsewhere, byVariable, "mcp-shim", gateway)) {
            for (var shim : List.of(named, set)) {
                shim.call(2, "echo__echo", "{}");
                assertThat(shim.answer(2)).contains("said");
            }
        }
        try (var shim = ShimRun.of(elsewhere, byKey, "mcp-shim", gateway)) {
            assertThat(shim.exit()).isEqualTo(5);
            assertThat(shim.err()).contains("not trusted").contains("kruxos cert export");
        }
        try (var shim = ShimRun.of(elsewhere, byKey, "mcp-shim", gateway, "--certificate", "/none.pem")) {
            assertThat(shim.exit()).isEqualTo(2);
        }
    }

    @Test
    void eightMebibytesPassAndMoreIsRefusedHere() {
        try (var shim = shim("--gateway")) {
            var big = "x".repeat((8 << 20) - 4096);
            shim.call(1, "echo__echo", "\"" + big + "\"");
            assertThat(shim.answer(1)).contains(big);
            shim.call("\"too big\"", "echo__echo", "\"" + big + "y".repeat(8192) + "\"");
            assertThat(shim.answer("\"too big\"")).contains("longer than the 8388608 bytes");
            shim.call(2, "echo__echo", "{}");
            assertThat(shim.answer(2)).contains("\"said\":{}");
        }
    }

    /**
     * Over a message that is too long the gateway closes, and the calls of all others are lost. Red without the header
     * in McpServlet.welcome, and when the shim has a limit of its own.
     */
    @ParameterizedTest
    @ValueSource(ints = {64 << 10, 16 << 20})
    void theGatewaySaysHowMuchItTakes(int longest) throws IOException {
        stop();
        var file = "gateway:\n  port: 0\n  max_message: " + (longest >> 10)
                + "KiB\napi:\n  port: 0\ndashboard:\n  port: 0\n";
        open(ConfigFile.read(Files.writeString(home().config(), file)));
        try (var shim = shim("--gateway")) {
            shim.call(1, "echo__echo", "\"" + "x".repeat(longest + 1) + "\"");
            assertThat(shim.answer(1)).contains("longer than the " + longest + " bytes");
            var most = "x".repeat(longest - 4096);
            shim.call(2, "echo__echo", "\"" + most + "\"");
            assertThat(shim.answer(2)).contains(most);
        }
    }

    @Test
    void whatIsNoMessageIsAnsweredAndTheRestGoesOn() {
        try (var shim = shim("--gateway")) {
            shim.send("not json");
            assertThat(shim.answer("null")).contains("-32700");
            shim.sendBytes(new byte[] {'"', (byte) 0xC3, '"', '\n'});
            assertThat(shim.answer("null")).contains("-32700", "UTF-8");
            shim.send("");
            shim.send("  \r");
            shim.ask(1, "ping", "{}");
            assertThat(shim.poll(TimeUnit.SECONDS.toNanos(60))).contains("\"id\":1");
        }
    }

    @Test
    void aRestartInTheMiddleIsSurvived() {
        try (var shim = shim("--gateway")) {
            shim.call(1, "echo__echo", "{}");
            assertThat(shim.answer(1)).contains("said");
            shim.call(2, "echo__hang", "{}");
            awaitInFlight();
            stop();
            var lost = shim.answer(2);
            // The appliance may answer by itself while it stops; either way nobody is left without an answer.
            assertThat(lost).containsAnyOf("-32001", "interrupted");
            shim.call(3, "echo__echo", "{\"while\":\"away\"}");
            open(0);
            assertThat(shim.answer(3)).contains("{\"while\":\"away\"}");
            shim.awaitErr("connected again");
            shim.endInput();
            assertThat(shim.exit()).isZero();
            assertThat(Run.of(folder, "session", "list", "--json").out()).contains("\"items\": []");
        }
    }

    @Test
    void theSecondHandshakeIsNotForTheClient() {
        try (var shim = shim("--gateway")) {
            stop();
            open(0);
            shim.awaitErr("connected again");
            shim.ask(7, "ping", "{}");
            // The tools may be others now: that the gateway tells is no answer.
            assertThat(shim.next(line -> line.contains("\"id\":"))).contains("\"id\":7");
            assertThat(Run.of(folder, "session", "list").out()).contains("t 1");
        }
    }

    @Test
    void aRevokedKeyEndsIt() {
        try (var shim = shim("--gateway")) {
            shim.call(1, "echo__hang", "{}");
            awaitInFlight();
            assertThat(Run.of(folder, "agent", "revoke", "a").exit()).isZero();
            assertThat(shim.answer(1)).contains("-32001", "may have been carried out");
            assertThat(shim.exit()).isEqualTo(6);
            assertThat(shim.err()).contains("error: the gateway does not take this credential", "hint: ");
            assertThat(shim.err()).doesNotContain(key);
        }
    }

    @Test
    void aServersNameShowsItsToolsOnly() {
        add("other");
        try (var shim = shim("other")) {
            shim.ask(1, "tools/list", "{}");
            var list = shim.answer(1);
            assertThat(list).contains("other__echo", "other__hang").doesNotContain("echo__hang\"},{\"name\":\"echo");
            assertThat(list.replace("other__", "")).doesNotContain("__");
            shim.call(2, "echo__echo", "{}");
            assertThat(shim.answer(2)).contains("-32602");
            shim.call(3, "other__echo", "{}");
            assertThat(shim.answer(3)).contains("said");
        }
    }

    @Test
    void theEndOfTheInputWaitsForAnswers() {
        try (var shim = shim("--gateway")) {
            shim.call(1, "echo__echo", "{\"last\":1}");
            shim.endInput();
            assertThat(shim.answer(1)).contains("{\"last\":1}");
            assertThat(shim.exit()).isZero();
        }
    }

    @Test
    void aKeyThatIsNoneAndAnAddressWhereNobodyListens() {
        var wrong = ShimRun.of(folder, Map.of("KRUXOS_AGENT_KEY", "0".repeat(64)), "mcp-shim", "--gateway");
        assertThat(wrong.exit()).isEqualTo(6);
        var unset = ShimRun.of(folder, Map.of(), "mcp-shim", "--gateway");
        assertThat(unset.exit()).isEqualTo(6);
        assertThat(unset.err()).contains("KRUXOS_AGENT_KEY is not set");
        var literal = ShimRun.of(folder, Map.of("KRUXOS_AGENT_KEY", "${KRUXOS_AGENT_KEY}"), "mcp-shim", "--gateway");
        assertThat(literal.exit()).isEqualTo(6);
        var nobody = ShimRun.of(folder, Map.of("KRUXOS_AGENT_KEY", key), "mcp-shim", "--gateway=http://127.0.0.1:1");
        assertThat(nobody.exit()).isEqualTo(5);
        assertThat(ShimRun.of(folder, Map.of("KRUXOS_AGENT_KEY", key), "mcp-shim")
                        .exit())
                .isEqualTo(2);
    }

    /** A gateway that lets nobody in at the start; red when McpShimCommand.refusal does not know the status. */
    @ParameterizedTest
    @CsvSource({
        "429, 4, the agent has as many sessions as it may have",
        "503, 1, the gateway takes nobody in now",
        "404, 1, the gateway answered 404"
    })
    void whatAGatewayAnswersAtTheStartIsSaid(int status, int exit, String words) throws Exception {
        try (var gateway = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread.ofPlatform().daemon().start(() -> answer(gateway, "HTTP/1.1 " + status + " Any\r\n\r\n"));
            var shim = ShimRun.of(
                    folder,
                    Map.of("KRUXOS_AGENT_KEY", key),
                    "mcp-shim",
                    "--gateway=http://127.0.0.1:" + gateway.getLocalPort());
            assertThat(shim.exit()).isEqualTo(exit);
            assertThat(shim.err()).contains("error: " + words, "hint: ");
        }
    }

    private static void answer(ServerSocket gateway, String head) {
        try (var line = gateway.accept()) {
            line.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            line.shutdownOutput();
            line.getInputStream().readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The appliance's API is a fake here, which gives the agent's key for a ticket; the gateway is the real one. */
    @Test
    void aTicketIsFetchedForEveryConnection() throws IOException {
        var port = port();
        var tickets = new AtomicInteger();
        var home = Files.createTempDirectory(folder, "f");
        try (var api = FakeHttp.on(
                        home,
                        request -> request.startsWith("POST /api/v1/agents/a/tickets?space=s ")
                                ? FakeHttp.json(
                                        201,
                                        "{\"ticket\":\"" + (tickets.getAndIncrement() == 0 ? "0".repeat(64) : key)
                                                + "\"}")
                                : FakeHttp.json(200, "{\"ports\":{\"mcp\":" + port + "}}"));
                var shim = ShimRun.greeted(home, Map.of(), "mcp-shim", "--gateway", "--agent", "a", "--space", "s")) {
            assertThat(tickets)
                    .as("the first one was refused, the second one taken")
                    .hasValue(2);
            stop();
            shim.awaitErr("gateway");
            open(Integer.parseInt(port));
            shim.awaitErr("connected again");
            shim.call(1, "echo__echo", "{}");
            assertThat(shim.answer(1)).contains("said");
            assertThat(tickets).hasValueGreaterThan(2);
            assertThat(shim.err()).doesNotContain(key);
            assertThat(String.join("", api.requests())).contains("/api/v1/status");
        }
    }

    @Test
    void theAppliancesNoToATicketEndsIt() throws IOException {
        var home = Files.createTempDirectory(folder, "f");
        try (var _ = FakeHttp.on(home, _ -> FakeHttp.json(404, "{\"detail\":\"there is no such agent\"}"))) {
            var shim =
                    ShimRun.of(home, Map.of(), "mcp-shim", "--gateway=http://127.0.0.1:" + port(), "--agent", "nobody");
            assertThat(shim.exit()).isEqualTo(3);
            assertThat(shim.err()).contains("error: there is no such agent");
        }
    }

    private ShimRun shim(String what) {
        return ShimRun.greeted(folder, Map.of("KRUXOS_AGENT_KEY", key), "mcp-shim", what);
    }

    private void add(String server) {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var run = Run.of(
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
                place(EchoServer.class) + File.pathSeparator + place(Kruxos.class),
                EchoServer.class.getName());
        assertThat(run.exit()).as(run.err()).isZero();
        awaitThat(
                () -> Run.of(folder, "server", "show", server, "--json").out().contains("\"ready\""),
                () -> Run.of(folder, "server", "show", server, "--json").out()
                        + Run.of(folder, "server", "logs", server).out());
    }

    private String port() {
        return Run.of(folder, "status", "--json").out().replaceAll("(?s).*\"mcp\": ([0-9]+).*", "$1");
    }

    private static String place(Class<?> type) {
        return Path.of(URI.create(
                        type.getProtectionDomain().getCodeSource().getLocation().toString()))
                .toString();
    }

    private void awaitInFlight() {
        awaitThat(
                () -> Run.of(folder, "session", "list", "--json").out().contains("\"in_flight\": 1"),
                () -> "a call under way");
    }

    private static void awaitThat(BooleanSupplier done, Supplier<String> what) {
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
