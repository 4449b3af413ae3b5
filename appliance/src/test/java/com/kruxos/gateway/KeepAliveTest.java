package com.kruxos.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.Home;
import com.kruxos.Preparation;
import com.kruxos.audit.Audit;
import com.kruxos.call.Calls;
import com.kruxos.call.Listing;
import com.kruxos.call.Standing;
import com.kruxos.config.Config;
import com.kruxos.credential.Credentials;
import com.kruxos.identity.Agents;
import com.kruxos.identity.Answer;
import com.kruxos.identity.NewAgent;
import com.kruxos.identity.Spaces;
import com.kruxos.peers.HttpAgent;
import com.kruxos.peers.OddHttpServer;
import com.kruxos.peers.RawAgent;
import com.kruxos.peers.Relay;
import com.kruxos.peers.Trial;
import com.kruxos.policy.Policy;
import com.kruxos.policy.Tier;
import com.kruxos.rpc.Allowance;
import com.kruxos.rpc.Kind;
import com.kruxos.server.NewServer;
import com.kruxos.server.ServerState;
import com.kruxos.server.Servers;
import com.kruxos.session.Sessions;
import com.kruxos.store.Database;
import com.kruxos.transport.Launch;
import com.kruxos.transport.Network;
import com.kruxos.vault.KeyFiles;
import com.kruxos.vault.Vault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Row F18: what stands between an agent and us and cuts silent connections finds none. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class KeepAliveTest {
    /** Of calls, which is longer than that of the proxy and of Jetty's own idle limit. */
    private static final Config.Calls LIMITS = new Config.Calls(Duration.ofMinutes(15), Duration.ofMinutes(30));

    private static final Duration MOST_SILENCE = Duration.ofSeconds(55);

    @TempDir
    static Path shared;

    /** Begins with the class, so that its half minute passes while the others run. */
    private static @Nullable Silence silence;

    @TempDir
    Path folder;

    /**
     * Row F18: red without {@code sinks.comment} in HttpTalks.tick (the POST and the GET are cut), or the pings of
     * Gateway (the WebSocket is).
     */
    @Test
    @Timeout(120)
    void aLongCallOutlivesAProxyThatCutsSilentConnections() throws Exception {
        var home = new Home(folder.resolve("home"));
        var clock = InstantSource.system();
        Preparation.prepare(home, KeyFiles.in(home.folder()), clock);
        try (var far = OddHttpServer.start();
                var database = Database.open(home.database(), Home.SCHEMA);
                var vault = Vault.open(database, KeyFiles.in(home.folder()), clock);
                var audit = Audit.open(home.audit(), new byte[32], clock);
                var launch = Launch.plain(home.id());
                var network = Network.of(Set.of());
                var servers = new Servers(
                        database,
                        new Spaces(database, clock),
                        new Credentials(vault, new Spaces(database, clock)),
                        audit,
                        launch,
                        network,
                        home.servers(),
                        clock,
                        new Servers.Limits(LIMITS.timeout(), LIMITS.longest(), Allowance.of(16 << 20), "1"),
                        (space, kind) -> {})) {
            var space = new Spaces(database, clock).find(Spaces.DEFAULT).orElseThrow();
            var added = servers.add(new NewServer(
                    space.id(),
                    "far",
                    List.of(),
                    Map.of(),
                    Map.of(),
                    Set.of(),
                    null,
                    true,
                    far.url().toString(),
                    Map.of(),
                    false,
                    false));
            Trial.await(() -> servers.state(added.id()).name() == ServerState.Name.READY, () -> "the server");
            var agents = Agents.open(database, new byte[32], clock);
            var sessions = new Sessions(10, 10, 32 << 20);
            var calls = new Calls(caller -> Standing.GOOD, servers, new Policy(List.of(), Tier.AUTONOMOUS), audit);
            try (var gateway = Gateway.start(
                            Config.defaults().withPort(0).gateway(),
                            Set.of(),
                            () -> {
                                throw new AssertionError("nobody comes with TLS here");
                            },
                            agents,
                            sessions,
                            calls,
                            new Listing(servers, calls),
                            audit,
                            clock,
                            () -> true,
                            "1",
                            new KeepAlive(Duration.ofMillis(500), Duration.ofSeconds(1)));
                    var proxy = new Relay(gateway.port(), Duration.ofSeconds(5))) {
                through(
                        proxy,
                        key(agents, space.id()),
                        "far__slow",
                        Duration.ofSeconds(11),
                        () -> Gateway.listChanged(sessions, space.id(), Kind.TOOL));
            }
        }
    }

    /**
     * Row F18: how long the appliance really is silent. Proxies mostly wait a minute, and nobody needs to hear much of
     * nothing. Red with another length in KeepAlive.STANDARD, or when Gateway.start takes another than that.
     */
    @Test
    @Order(Integer.MAX_VALUE)
    @Timeout(180)
    void anApplianceIsSilentForLessThanAMinute() throws Exception {
        var none = Objects.requireNonNull(silence);
        var comment = none.comment.get(120, TimeUnit.SECONDS);
        assertThat(between(none.opened, comment)).isBetween(Duration.ofSeconds(15), MOST_SILENCE);
        var ping = none.ping.get(120, TimeUnit.SECONDS);
        assertThat(between(none.opened, ping)).isLessThan(MOST_SILENCE);
        // All are pinged at once, in a beat that begins with the gateway.
        assertThat(between(none.began, ping)).isGreaterThan(Duration.ofSeconds(25));
    }

    private static Duration between(long begin, long end) {
        return Duration.ofNanos(end - begin);
    }

    @BeforeAll
    static void begin() throws IOException {
        silence = new Silence(Files.createDirectory(shared.resolve("silent")));
    }

    @AfterAll
    static void end() {
        if (silence != null) {
            silence.close();
        }
    }

    /** An appliance to which nobody says anything, and how long it took until it said something. */
    private static final class Silence implements AutoCloseable {
        private final Trial trial;
        private final HttpAgent http;
        private final RawAgent socket;
        private final long began = System.nanoTime();
        private final long opened;
        private final CompletableFuture<Long> comment;
        private final CompletableFuture<Long> ping;

        Silence(Path home) {
            trial = Trial.start(home);
            var key = trial.agent("silent");
            http = new HttpAgent(trial.port(), key);
            http.hello();
            socket = RawAgent.connect(trial.port(), key);
            opened = System.nanoTime();
            var stream = http.listen(null).body();
            comment = CompletableFuture.supplyAsync(() -> {
                for (var block = HttpAgent.block(stream); !block.startsWith(":"); block = HttpAgent.block(stream)) {
                    assertThat(block).as("an event that asks for nothing").isNotEmpty();
                }
                return System.nanoTime();
            });
            ping = socket.pinged().thenApply(_ -> System.nanoTime());
        }

        @Override
        public void close() {
            socket.close();
            http.close();
            trial.close();
        }
    }

    /** Row F18, in earnest: ten minutes behind a proxy that waits one. */
    @Test
    @Tag("full")
    @Timeout(1_200)
    void aCallOfTenMinutesOutlivesAProxyThatWaitsOne() throws Exception {
        try (var trial = Trial.start(folder.resolve("home"), Config.defaults().withCalls(LIMITS));
                var proxy = new Relay(trial.port(), Duration.ofSeconds(60))) {
            trial.oddServer("odd");
            through(
                    proxy,
                    trial.agent("patient"),
                    "odd__slow",
                    Duration.ofMinutes(10),
                    () -> trial.api().post("/servers/odd/disable", "{}"));
        }
    }

    /** The same call on a POST and on a WebSocket, while a GET listens. */
    private static void through(Relay proxy, String key, String tool, Duration length, Runnable news) throws Exception {
        var arguments = "{\"ms\":" + length.toMillis() + ",\"n\":\"late\"}";
        try (var http = new HttpAgent(proxy.port(), key, length.plusMinutes(1));
                var listener = new HttpAgent(proxy.port(), key, length.plusMinutes(1));
                var socket = RawAgent.connect(proxy.port(), key)) {
            http.hello();
            listener.hello();
            socket.hello();
            try (var stream = listener.listen(null).body()) {
                var posted = CompletableFuture.supplyAsync(() -> http.callText(1, tool, arguments));
                socket.sendCall(2, tool, arguments);
                assertThat(posted.get(length.toSeconds() + 60, TimeUnit.SECONDS))
                        .isEqualTo("late done");
                assertThat(socket.answer(2)).contains("late done");
                news.run();
                var comments = 0;
                var block = HttpAgent.block(stream);
                while (!block.contains("list_changed")) {
                    assertThat(block)
                            .as("what keeps it alive, or its beginning")
                            .matches("(?s):\n\n|id: .*data: \n\n");
                    comments += block.startsWith(":") ? 1 : 0;
                    block = HttpAgent.block(stream);
                }
                assertThat(comments).isPositive();
            }
        }
    }

    private static String key(Agents agents, String space) {
        return switch (agents.create(new NewAgent(space, "patient", "", null))) {
            case Answer.Done<?>(com.kruxos.identity.Issued issued) ->
                new String(issued.key().ascii(), StandardCharsets.US_ASCII);
            case Answer<?> refused -> throw new AssertionError(refused);
        };
    }
}
