package com.kruxos.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.config.Config;
import com.kruxos.peers.FaultyHttpServer;
import com.kruxos.peers.HttpAgent;
import com.kruxos.peers.TestAppliance;
import com.kruxos.peers.WebSocketAgent;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A thousand sessions of each kind release what they hold. */
@Timeout(600)
class SessionLeakTest {
    /** The limit of one agent. */
    private static final int MAX_SESSIONS = 1_000;

    private static final int SESSIONS_PER_ROUND = 500;
    private static final int THREAD_TOLERANCE = 40;

    /** A KiB per session of one kind; a session holds several. */
    private static final long HEAP_TOLERANCE_BYTES = SESSIONS_PER_ROUND * 1_024L;

    @TempDir
    Path folder;

    /**
     * Half of the WebSockets are closed and half are cut; half of the HTTP sessions are deleted and half time out. The
     * first round fills caches, the second is the reference, and two more must not exceed it. The agents run in the
     * same process and release their memory, too.
     *
     * <p>Fails when McpHttpSessions forgets no session or has no idle timeout, when SseResponses keeps closed streams,
     * and when the sessions of only one kind stay reachable with a KiB each.
     */
    @Test
    void aThousandSessionsOfEachKindReleaseTheirMemoryAndThreads() throws Exception {
        try (var far = FaultyHttpServer.start();
                var trial = TestAppliance.start(
                        folder.resolve("home"), Config.defaults().withSessionIdleTimeout(Duration.ofSeconds(2)))) {
            far.setRecording(false);
            var house = new Fixture(trial, far, trial.createAgent("sockets"), trial.createAgent("http"));
            house.addServer();
            house.openAndEndSessions(MAX_SESSIONS);
            house.openAndEndSessions(SESSIONS_PER_ROUND);
            var heap = lowestHeap();
            var threads = threadCount();
            house.openAndEndSessions(SESSIONS_PER_ROUND);
            house.openAndEndSessions(SESSIONS_PER_ROUND);
            TestAppliance.await(
                    () -> threadCount() <= threads + THREAD_TOLERANCE,
                    () -> threads + " threads, there are " + threadCount());
            TestAppliance.await(
                    () -> lowestHeap() <= heap + HEAP_TOLERANCE_BYTES,
                    () -> "the heap of " + (heap >> 10) + " KiB, it is " + (lowestHeap() >> 10));
        }
    }

    /** The appliance, a server whose tool list changes, and the keys of two agents that open many sessions. */
    private record Fixture(TestAppliance trial, FaultyHttpServer server, String socketKey, String httpKey) {
        void addServer() {
            server.setTools(List.of("echo"));
            assertThat(trial.adminClient()
                            .post("/servers", "{\"name\":\"far\",\"url\":\"" + server.url() + "\"}")
                            .status())
                    .isEqualTo(201);
            trial.awaitState("far", "ready");
        }

        void openAndEndSessions(int sessions) throws IOException {
            var open = new ArrayList<WebSocketAgent>();
            var ids = new ArrayList<String>();
            var streams = new ArrayList<HttpResponse<InputStream>>();
            try (var agent = new HttpAgent(trial.port(), httpKey)) {
                for (var n = 0; n < sessions; n++) {
                    var socket = WebSocketAgent.connect(trial.port(), socketKey);
                    socket.initialize();
                    open.add(socket);
                    streams.add(openListeningSession(agent));
                    ids.add(agent.session());
                }
                assertThat(sessionCount()).isEqualTo(2L * sessions);
                if (sessions == MAX_SESSIONS) {
                    // At the limit of the agent one more session is refused, and none is closed.
                    assertQuotaIsFull(open, ids);
                }
                for (var socket : open) {
                    assertThat(socket.callText("\"held\"", "far__echo", "{}")).contains("tools/call");
                }
                for (var id : ids) {
                    agent.session(id);
                    assertThat(agent.callText(1, "far__echo", "{}")).contains("tools/call");
                }
                for (var n = 0; n < sessions; n++) {
                    if (n % 2 == 0) {
                        open.get(n).abort();
                    } else {
                        open.get(n).sendClose();
                        agent.session(ids.get(n));
                        assertThat(agent.delete().status()).isEqualTo(204);
                    }
                    streams.get(n).body().close();
                }
            }
            TestAppliance.await(this::isReleased, () -> "all sessions to end, left are " + sessionCount());
        }

        /** A broken stream is noticed when something is written to it. */
        private boolean isReleased() {
            server.setTools(List.of("echo", "tool-" + System.nanoTime()));
            server.broadcast("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}");
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
            return sessionCount() == 0;
        }

        /** A session with a stream is not idle; one without may time out before the stream is open. */
        private static HttpResponse<InputStream> openListeningSession(HttpAgent agent) {
            while (true) {
                agent.session(null);
                assertThat(agent.initialize().status()).isEqualTo(200);
                var stream = agent.openStream(null);
                if (stream.statusCode() == 200) {
                    return stream;
                }
            }
        }

        /** The agent's share is used up: where all sessions are in use, one more is refused, and none suffers. */
        private void assertQuotaIsFull(List<WebSocketAgent> open, List<String> ids) {
            try (var agent = new HttpAgent(trial.port(), httpKey)) {
                var refused = agent.initialize();
                assertThat(refused.status()).isEqualTo(429);
                assertThat(refused.body()).contains("too-many-sessions").contains("the agent has 1000 sessions");
            }
            assertThat(WebSocketAgent.refusalStatus(
                            trial.port(), "/mcp", builder -> builder.header("Authorization", "Bearer " + socketKey)))
                    .isEqualTo(429);
            assertThat(sessionCount()).isEqualTo((long) open.size() + ids.size());
        }

        private long sessionCount() {
            return trial.adminClient()
                    .get("/status")
                    .json()
                    .path("counts")
                    .path("sessions")
                    .asLong();
        }
    }

    /** The heap when repeated collections free no more. */
    private static long lowestHeap() {
        var lowest = usedHeap();
        for (var looks = 0; looks < 5; looks++) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            var now = usedHeap();
            if (now < lowest) {
                lowest = now;
                looks = 0;
            }
        }
        return lowest;
    }

    private static long usedHeap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static int threadCount() {
        return ManagementFactory.getThreadMXBean().getThreadCount();
    }
}
