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
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Row F18: what stands between an agent and us and cuts silent connections finds none. */
class KeepAliveTest {
    /** Of calls, which is longer than that of the proxy and of Jetty's own idle limit. */
    private static final Config.Calls LIMITS = new Config.Calls(Duration.ofMinutes(15), Duration.ofMinutes(30));

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
                        new Credentials(vault),
                        audit,
                        launch,
                        network,
                        home.servers(),
                        clock,
                        new Servers.Limits(LIMITS.timeout(), LIMITS.longest(), 16 << 20, "1"),
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
            var sessions = new Sessions(10, 10);
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
                assertThat(HttpAgent.event(stream).data()).contains("list_changed");
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
