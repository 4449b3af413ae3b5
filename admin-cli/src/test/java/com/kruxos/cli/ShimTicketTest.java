package com.kruxos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.Appliance;
import com.kruxos.HomeDirectory;
import com.kruxos.HomeInitializer;
import com.kruxos.cli.shim.ShimEchoServer;
import com.kruxos.config.Config;
import com.kruxos.vault.KeyFiles;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.core.json.JsonFactory;

/** Agent tickets, from the API that makes them to the shim that shows them, each of them the real one. */
@Timeout(600)
class ShimTicketTest {
    private static final Duration AFTER_EXPIRY = Duration.ofMinutes(61);

    @TempDir
    Path folder;

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
    private final InstantSource clock = now::get;
    private Appliance appliance;

    @BeforeEach
    void start() {
        var home = new HomeDirectory(folder);
        HomeInitializer.initialize(home, KeyFiles.in(folder), clock);
        appliance = Appliance.start(Config.defaults().withPort(0), home, KeyFiles.in(folder), clock);
        assertThat(CliRun.run(folder, "agent", "create", "--name", "a", "--quiet")
                        .exit())
                .isZero();
        addEcho();
    }

    @AfterEach
    void stop() {
        appliance.close();
    }

    // Fails when Agents.authenticated takes keys only, and when TicketRoutes gives out another text than it keeps.
    @Test
    void aTicketFromTheApiConnectsToTheGateway() throws Exception {
        var token = userToken();
        try (var shim = ShimProcess.start(Map.of("KRUXOS_AGENT_KEY", ticket(token.text())), gateway())) {
            callEcho(shim);
            shim.endInput();
            assertThat(shim.exitCode()).isZero();
            assertThat(shim.err()).isEmpty();
        }
        assertThat(CliRun.run(folder, "audit", "query", "--kind", "session.ended", "--json")
                        .out())
                .contains(token.id());
    }

    // Fails when Sessions.endExpired passes over tickets, and when McpShimCommand.toFailure maps 401 to anything but 6.
    @Test
    void anExpiredFixedTicketEndsTheShim() throws Exception {
        var ticket = ticket(userToken().text());
        try (var shim = ShimProcess.start(Map.of("KRUXOS_AGENT_KEY", ticket), gateway())) {
            callEcho(shim);
            passTime();
            assertEndsWith(shim, "the gateway rejected the credential");
            assertThat(shim.err()).contains("the key has expired").doesNotContain(ticket);
        }
    }

    // Fails without the end of tickets in TokenAdmin.revoke: the shim would stay until the hour is over.
    @Test
    void revokingTheUserTokenEndsItsTickets() throws Exception {
        var token = userToken();
        try (var shim = ShimProcess.start(Map.of("KRUXOS_AGENT_KEY", ticket(token.text())), gateway())) {
            callEcho(shim);
            revoke(token);
            assertEndsWith(shim, "the gateway rejected the credential");
        }
    }

    // Fails without the call of connect in Shim.reconnect: the shim would go on showing the ticket it has.
    @Test
    void overTheSocketTheShimRenewsExpiredTickets() {
        var variables = Map.of("KRUXOS_HOME", folder.toString());
        try (var shim = ShimProcess.start(variables, "--gateway", "--agent", "a")) {
            callEcho(shim);
            passTime();
            shim.awaitErr("reconnected");
            assertThat(shim.call(9, "echo__echo", "{\"after\":1}")).contains("\"said\":{\"after\":1}");
            shim.endInput();
            assertThat(shim.exitCode()).isZero();
        }
        assertThat(acts("ticket.create")).isEqualTo(2);
    }

    // Fails when CommandContext.api forgets KRUXOS_USER_TOKEN, and when an API error is treated as transient.
    @Test
    void overThePortTheShimEndsWithItsUserToken() {
        var token = userToken();
        var variables = Map.of("KRUXOS_URL", "http://127.0.0.1:" + port("api"), "KRUXOS_USER_TOKEN", token.text());
        try (var shim = ShimProcess.start(variables, gateway(), "--agent", "a")) {
            callEcho(shim);
            passTime();
            shim.awaitErr("reconnected");
            assertThat(shim.call(9, "echo__echo", "{}")).contains("said");
            revoke(token);
            assertThat(shim.exitCode()).isEqualTo(6);
            assertThat(shim.err()).contains("error: ", "hint: ").doesNotContain(token.text());
        }
        assertThat(acts("ticket.create")).isEqualTo(2);
    }

    private static void callEcho(ShimProcess shim) {
        assertThat(shim.initialize()).contains("\"name\":\"kruxos\"");
        assertThat(shim.request(1, "tools/list", "{}")).contains("echo__echo", "echo__hang");
        assertThat(shim.call(2, "echo__echo", "{ \"n\" : 9007199254740993 }"))
                .contains("\"said\":{ \"n\" : 9007199254740993 }");
    }

    private static void assertEndsWith(ShimProcess shim, String sentence) {
        assertThat(shim.exitCode()).isEqualTo(6);
        assertThat(shim.err()).contains("error: " + sentence, "hint: ");
    }

    private String gateway() {
        return "--gateway=http://127.0.0.1:" + port("mcp");
    }

    /** A program's token, and how people find it again. */
    private record UserToken(String id, String text) {}

    private UserToken userToken() {
        var made = CliRun.run(folder, "user-token", "create", "--label", "shim", "--scope", "operate", "--quiet");
        assertThat(made.exit()).as(made.err()).isZero();
        var list = CliRun.run(folder, "user-token", "list", "--json").out();
        return new UserToken(first(list, "id"), made.out().strip());
    }

    private void revoke(UserToken token) {
        var run = CliRun.run(folder, "user-token", "revoke", token.id());
        assertThat(run.exit()).as(run.err()).isZero();
    }

    private String ticket(String userToken) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port("api") + "/api/v1/agents/a/tickets"))
                .header("Authorization", "Bearer " + userToken)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                .build();
        try (var client = HttpClient.newHttpClient()) {
            var answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(201);
            return first(answer.body(), "ticket");
        }
    }

    /** The appliance ends by itself what has run out. */
    private void passTime() {
        now.updateAndGet(instant -> instant.plus(AFTER_EXPIRY));
    }

    private int acts(String action) {
        return CliRun.run(folder, "audit", "query", "--kind", "admin.closed", "-n", "500", "--json")
                        .out()
                        .split(action, -1)
                        .length
                - 1;
    }

    private String port(String door) {
        return CliRun.run(folder, "status", "--json").out().replaceAll("(?s).*\"" + door + "\": ([0-9]+).*", "$1");
    }

    private static String first(String json, String name) {
        return json.replaceAll("(?s).*?\"" + name + "\" ?: ?\"([^\"]+)\".*", "$1");
    }

    private void addEcho() {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var places = ShimProcess.classPath(ShimEchoServer.class, Kruxos.class, JsonFactory.class);
        var run = CliRun.run(
                folder,
                "server",
                "add",
                "echo",
                "--not-secret",
                "--",
                java,
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                places,
                ShimEchoServer.class.getName());
        assertThat(run.exit()).as(run.err()).isZero();
        var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(180);
        while (!CliRun.run(folder, "server", "show", "echo", "--json").out().contains("\"ready\"")) {
            assertThat(System.nanoTime()).as("waiting for the server").isLessThan(deadline);
            LockSupport.parkNanos(20_000_000);
        }
    }
}
