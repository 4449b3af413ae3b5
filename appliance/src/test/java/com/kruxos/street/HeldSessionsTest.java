package com.kruxos.street;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.peers.HttpAgent;
import com.kruxos.peers.RawAgent;
import com.kruxos.peers.Trial;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Row F1: a thousand sessions of each kind, held and released. */
@Timeout(300)
class HeldSessionsTest {
    private static final int SESSIONS = 1_000;
    private static final int MORE_THREADS = 40;
    private static final long MORE_BYTES = 24L << 20;

    @TempDir
    Path folder;

    /**
     * Row F1: red without {@code door.left} in AgentSocket.onClose or {@code talks.remove} in HttpTalks.end. The agents
     * live in the same process; what they hold is gone with them when the second look is taken.
     */
    @Test
    void whatAThousandSessionsOfEachKindHeldComesBack() throws Exception {
        try (var trial = Trial.start(folder.resolve("home"))) {
            var sockets = trial.agent("sockets");
            var http = trial.agent("http");
            round(trial, sockets, http, 50); // everything that is made once is made
            var heap = heap();
            var threads = threads();
            round(trial, sockets, http, SESSIONS);
            Trial.await(() -> threads() <= threads + MORE_THREADS, () -> threads + " threads, there are " + threads());
            Trial.await(
                    () -> heap() <= heap + MORE_BYTES,
                    () -> "the heap of " + (heap >> 20) + " MiB, it is " + (heap() >> 20));
        }
    }

    private static void round(Trial trial, String sockets, String http, int sessions) throws IOException {
        var open = new ArrayList<RawAgent>();
        var streams = new ArrayList<HttpResponse<java.io.InputStream>>();
        try (var agent = new HttpAgent(trial.port(), http)) {
            var ids = new ArrayList<String>();
            for (var n = 0; n < sessions; n++) {
                var socket = RawAgent.connect(trial.port(), sockets);
                socket.hello();
                open.add(socket);
                agent.session(null);
                assertThat(agent.hello().status()).isEqualTo(200);
                ids.add(agent.session());
                streams.add(agent.listen(null));
            }
            assertThat(count(trial)).isEqualTo(2L * sessions);
            if (sessions == SESSIONS) {
                full(trial, sockets, http, open, ids);
            }
            for (var socket : open) {
                assertThat(socket.ask("\"held\"", "ping", "{}").has("result")).isTrue();
            }
            for (var id : ids) {
                agent.session(id);
                assertThat(agent.post("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}")
                                .status())
                        .isEqualTo(200);
            }
            // Half say goodbye, half just go away; over HTTP nobody would notice before they are idle.
            for (var n = 0; n < sessions; n++) {
                agent.session(ids.get(n));
                assertThat(agent.delete().status()).isEqualTo(204);
                if (n % 2 == 0) {
                    open.get(n).vanish();
                } else {
                    open.get(n).leave();
                }
            }
            for (var stream : streams) {
                stream.body().close();
            }
        }
        Trial.await(() -> count(trial) == 0, () -> "no session to be left, there are " + count(trial));
    }

    /** The agent's share is used up: where all sessions are in use, one more is refused, and none suffers. */
    private static void full(Trial trial, String sockets, String http, List<RawAgent> open, List<String> ids) {
        try (var agent = new HttpAgent(trial.port(), http)) {
            assertThat(agent.hello().status()).isEqualTo(429);
        }
        assertThat(RawAgent.refusal(
                        trial.port(), "/mcp", request -> request.header("Authorization", "Bearer " + sockets)))
                .isEqualTo(429);
        assertThat(count(trial)).isEqualTo((long) open.size() + ids.size());
    }

    private static long count(Trial trial) {
        return trial.api().get("/status").json().path("counts").path("sessions").asLong();
    }

    private static long heap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static int threads() {
        return ManagementFactory.getThreadMXBean().getThreadCount();
    }
}
