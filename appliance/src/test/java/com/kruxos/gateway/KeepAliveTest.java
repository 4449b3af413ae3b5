package com.kruxos.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.HomeDirectory;
import com.kruxos.HomeInitializer;
import com.kruxos.audit.AuditLog;
import com.kruxos.call.AgentStatus;
import com.kruxos.call.CallPipeline;
import com.kruxos.call.ListHandler;
import com.kruxos.config.Config;
import com.kruxos.credential.CredentialResolver;
import com.kruxos.egress.EgressClient;
import com.kruxos.identity.Agents;
import com.kruxos.identity.ChangeFeed;
import com.kruxos.identity.NewAgent;
import com.kruxos.identity.Spaces;
import com.kruxos.peers.FaultyHttpServer;
import com.kruxos.peers.HttpAgent;
import com.kruxos.peers.TcpProxy;
import com.kruxos.peers.TestAppliance;
import com.kruxos.peers.WebSocketAgent;
import com.kruxos.policy.AccessPolicy;
import com.kruxos.policy.Tier;
import com.kruxos.process.ProcessLauncher;
import com.kruxos.result.Result;
import com.kruxos.rpc.FeatureKind;
import com.kruxos.rpc.MemoryGuard;
import com.kruxos.rpc.MessageLimits;
import com.kruxos.server.NewServer;
import com.kruxos.server.ServerDependencies;
import com.kruxos.server.ServerLimits;
import com.kruxos.server.ServerState;
import com.kruxos.server.Servers;
import com.kruxos.session.Sessions;
import com.kruxos.store.Database;
import com.kruxos.tls.TestCertificateAuthority;
import com.kruxos.vault.KeyFiles;
import com.kruxos.vault.Vault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
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

/** Proxies that close silent connections do not break calls. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class KeepAliveTest {
    /** Longer than the timeouts of the proxy and of Jetty. */
    private static final Config.CallLimits LIMITS =
            new Config.CallLimits(Duration.ofMinutes(15), Duration.ofMinutes(30));

    private static final Duration MAX_SILENCE = Duration.ofSeconds(55);

    @TempDir
    static Path shared;

    /** Starts with the class, so that it waits while the other tests run. */
    private static @Nullable SilentAppliance silentAppliance;

    @TempDir
    Path folder;

    /**
     * Fails without commentIfSilentSince in McpHttpSessions.onTimer (POST and GET are closed), or without the pings of
     * Gateway (the WebSocket is).
     */
    @Test
    @Timeout(120)
    void aLongCallSurvivesAProxyThatClosesSilentConnections() throws Exception {
        var home = new HomeDirectory(folder.resolve("home"));
        var clock = InstantSource.system();
        HomeInitializer.initialize(home, KeyFiles.in(home.folder()), clock);
        try (var far = FaultyHttpServer.start();
                var database = Database.open(home.database());
                var vault = Vault.open(database, KeyFiles.in(home.folder()), clock);
                var audit = AuditLog.open(home.audit(), new byte[32], clock);
                var launch = ProcessLauncher.direct(home.installationId());
                var network = EgressClient.of(Set.of());
                var servers = new Servers(
                        new ServerDependencies(
                                database,
                                new Spaces(database, clock),
                                new CredentialResolver(vault, new Spaces(database, clock)),
                                audit,
                                launch,
                                network,
                                home.servers(),
                                clock,
                                new ServerLimits(
                                        LIMITS.timeout(), LIMITS.maxDuration(), MessageLimits.of(16 << 20), "1")),
                        (space, kind) -> {})) {
            var space = new Spaces(database, clock).find(Spaces.DEFAULT_NAME).orElseThrow();
            var added = servers.registry()
                    .add(new NewServer(
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
            TestAppliance.await(
                    () -> servers.registry().state(added.id()).phase() == ServerState.Phase.READY, () -> "the server");
            var agents = Agents.open(database, new ChangeFeed(), new byte[32], clock);
            var sessions = new Sessions(10, 10, 32 << 20);
            var calls = new CallPipeline(
                    caller -> AgentStatus.ACTIVE, servers, new AccessPolicy(List.of(), Tier.AUTONOMOUS), audit);
            try (var gateway = Gateway.start(
                            Config.defaults().withPort(0).gateway(),
                            Set.of(),
                            new TestCertificateAuthority("test", Instant.now())
                                    .serverContext(List.of("localhost"), Instant.now()),
                            new GatewayServices(
                                    agents,
                                    sessions,
                                    calls,
                                    new ListHandler(servers, calls),
                                    audit,
                                    clock,
                                    MemoryGuard.NONE,
                                    "1"),
                            new KeepAlive(Duration.ofMillis(500), Duration.ofSeconds(1)));
                    var proxy = new TcpProxy(gateway.port(), Duration.ofSeconds(5))) {
                callThroughProxy(
                        proxy,
                        createKey(agents, space.id()),
                        "far__slow",
                        Duration.ofSeconds(11),
                        () -> Gateway.notifyListChanged(sessions, space.id(), FeatureKind.TOOL));
            }
        }
    }

    /**
     * The real intervals: most proxies close after a minute, and more frequent messages would be waste. Fails with
     * other intervals in KeepAlive.DEFAULT, or when Gateway.start uses others.
     */
    @Test
    @Order(Integer.MAX_VALUE)
    @Timeout(180)
    void theApplianceIsNeverSilentForAMinute() throws Exception {
        var none = Objects.requireNonNull(silentAppliance);
        var comment = none.comment.get(120, TimeUnit.SECONDS);
        assertThat(between(none.openedNanos, comment)).isBetween(Duration.ofSeconds(15), MAX_SILENCE);
        var ping = none.ping.get(120, TimeUnit.SECONDS);
        assertThat(between(none.openedNanos, ping)).isLessThan(MAX_SILENCE);
        // All are pinged at once, at an interval that starts with the gateway.
        assertThat(between(none.startedNanos, ping)).isGreaterThan(Duration.ofSeconds(25));
    }

    private static Duration between(long begin, long end) {
        return Duration.ofNanos(end - begin);
    }

    @BeforeAll
    static void begin() throws IOException {
        silentAppliance = new SilentAppliance(Files.createDirectory(shared.resolve("silent")));
    }

    @AfterAll
    static void end() {
        if (silentAppliance != null) {
            silentAppliance.close();
        }
    }

    /** An appliance without requests, and when it first sent something. */
    private static final class SilentAppliance implements AutoCloseable {
        private final TestAppliance appliance;
        private final HttpAgent http;
        private final WebSocketAgent socket;
        private final long startedNanos = System.nanoTime();
        private final long openedNanos;
        private final CompletableFuture<Long> comment;
        private final CompletableFuture<Long> ping;

        SilentAppliance(Path home) {
            appliance = TestAppliance.start(home);
            var key = appliance.createAgent("silent");
            http = new HttpAgent(appliance.port(), key);
            http.initialize();
            socket = WebSocketAgent.connect(appliance.port(), key);
            openedNanos = System.nanoTime();
            var stream = http.openStream(null).body();
            comment = CompletableFuture.supplyAsync(() -> {
                for (var block = HttpAgent.readBlock(stream);
                        !block.startsWith(":");
                        block = HttpAgent.readBlock(stream)) {
                    assertThat(block).as("an event that asks for nothing").isNotEmpty();
                }
                return System.nanoTime();
            });
            ping = socket.firstPing().thenApply(_ -> System.nanoTime());
        }

        @Override
        public void close() {
            socket.close();
            http.close();
            appliance.close();
        }
    }

    /** With real times: a call of ten minutes through a proxy that closes after one. */
    @Test
    @Tag("full")
    @Timeout(1_200)
    void aTenMinuteCallSurvivesAProxyWithAOneMinuteTimeout() throws Exception {
        try (var appliance = TestAppliance.start(
                        folder.resolve("home"), Config.defaults().withCalls(LIMITS));
                var proxy = new TcpProxy(appliance.port(), Duration.ofSeconds(60))) {
            appliance.addFaultyServer("odd");
            callThroughProxy(
                    proxy,
                    appliance.createAgent("patient"),
                    "odd__slow",
                    Duration.ofMinutes(10),
                    () -> appliance.adminClient().post("/servers/odd/disable", "{}"));
        }
    }

    /** Makes the same call over POST and WebSocket while a GET stream is open. */
    private static void callThroughProxy(TcpProxy proxy, String key, String tool, Duration length, Runnable news)
            throws Exception {
        var arguments = "{\"ms\":" + length.toMillis() + ",\"n\":\"late\"}";
        try (var http = new HttpAgent(proxy.port(), key, length.plusMinutes(1));
                var listener = new HttpAgent(proxy.port(), key, length.plusMinutes(1));
                var socket = WebSocketAgent.connect(proxy.port(), key)) {
            http.initialize();
            listener.initialize();
            socket.initialize();
            try (var stream = listener.openStream(null).body()) {
                var posted = CompletableFuture.supplyAsync(() -> http.callText(1, tool, arguments));
                socket.sendCall(2, tool, arguments);
                assertThat(posted.get(length.toSeconds() + 60, TimeUnit.SECONDS))
                        .isEqualTo("late done");
                assertThat(socket.awaitResponse(2)).contains("late done");
                news.run();
                var comments = 0;
                var block = HttpAgent.readBlock(stream);
                while (!block.contains("list_changed")) {
                    assertThat(block)
                            .as("what keeps it alive, or its beginning")
                            .matches("(?s):\n\n|id: .*data: \n\n");
                    comments += block.startsWith(":") ? 1 : 0;
                    block = HttpAgent.readBlock(stream);
                }
                assertThat(comments).isPositive();
            }
        }
    }

    private static String createKey(Agents agents, String space) {
        return switch (agents.create(new NewAgent(space, "patient", "", null))) {
            case Result.Done<?>(com.kruxos.identity.IssuedAgentKey issued) ->
                new String(issued.key().ascii(), StandardCharsets.US_ASCII);
            case Result<?> refused -> throw new AssertionError(refused);
        };
    }
}
