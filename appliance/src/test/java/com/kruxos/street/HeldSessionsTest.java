package com.kruxos.street;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.config.Config;
import com.kruxos.peers.HttpAgent;
import com.kruxos.peers.OddHttpServer;
import com.kruxos.peers.RawAgent;
import com.kruxos.peers.Trial;
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

/** Row F1: a thousand sessions of each kind, held and released. */
@Timeout(600)
class HeldSessionsTest {
    /** All that one agent may have. */
    private static final int MOST = 1_000;

    private static final int WARM = 500;
    private static final int MORE_THREADS = 40;

    /** A KiB for each of the sessions that ended in one of the four ways; what one holds is several. */
    private static final long MORE_BYTES = WARM * 1_024L;

    @TempDir
    Path folder;

    /**
     * Row F1: half of the sockets say goodbye and half vanish; of the sessions over HTTP half are ended by their agent
     * and half by the bound on idle ones. The first round fills whatever is made once or grows to a size, the second
     * shows what is left then; two more may leave no more. The agents live in the same process; what they hold is gone
     * with them.
     *
     * <p>Red without {@code open.remove} in EventSinks or the idle bound in HttpTalks.tick, when HttpTalks forgets no
     * session, and when only the ended sessions of one kind stay reachable, a KiB each.
     */
    @Test
    void whatAThousandSessionsOfEachKindHeldComesBack() throws Exception {
        try (var far = OddHttpServer.start();
                var trial =
                        Trial.start(folder.resolve("home"), Config.defaults().withSessionIdle(Duration.ofSeconds(2)))) {
            far.recording(false);
            var house = new House(trial, far, trial.agent("sockets"), trial.agent("http"));
            house.begin();
            house.round(MOST);
            house.round(WARM);
            var heap = lowestHeap();
            var threads = threads();
            house.round(WARM);
            house.round(WARM);
            Trial.await(() -> threads() <= threads + MORE_THREADS, () -> threads + " threads, there are " + threads());
            Trial.await(
                    () -> lowestHeap() <= heap + MORE_BYTES,
                    () -> "the heap of " + (heap >> 10) + " KiB, it is " + (lowestHeap() >> 10));
        }
    }

    /** The appliance, a server whose list of tools changes, and two agents that open many sessions. */
    private record House(Trial trial, OddHttpServer far, String sockets, String http) {
        void begin() {
            far.tools(List.of("echo"));
            assertThat(trial.api()
                            .post("/servers", "{\"name\":\"far\",\"url\":\"" + far.url() + "\"}")
                            .status())
                    .isEqualTo(201);
            trial.awaitState("far", "ready");
        }

        void round(int sessions) throws IOException {
            var open = new ArrayList<RawAgent>();
            var ids = new ArrayList<String>();
            var streams = new ArrayList<HttpResponse<InputStream>>();
            try (var agent = new HttpAgent(trial.port(), http)) {
                for (var n = 0; n < sessions; n++) {
                    var socket = RawAgent.connect(trial.port(), sockets);
                    socket.hello();
                    open.add(socket);
                    streams.add(listening(agent));
                    ids.add(agent.session());
                }
                assertThat(count()).isEqualTo(2L * sessions);
                if (sessions == MOST) {
                    full(open, ids);
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
                        open.get(n).vanish();
                    } else {
                        open.get(n).leave();
                        agent.session(ids.get(n));
                        assertThat(agent.delete().status()).isEqualTo(204);
                    }
                    streams.get(n).body().close();
                }
            }
            Trial.await(this::released, () -> "no session to be left, there are " + count());
        }

        /** That nobody reads a stream any more is seen when something is written to it. */
        private boolean released() {
            far.tools(List.of("echo", "tool-" + System.nanoTime()));
            far.tell("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}");
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
            return count() == 0;
        }

        /** A session somebody listens on is not idle; one that is not listened on yet may end meanwhile. */
        private static HttpResponse<InputStream> listening(HttpAgent agent) {
            while (true) {
                agent.session(null);
                assertThat(agent.hello().status()).isEqualTo(200);
                var stream = agent.listen(null);
                if (stream.statusCode() == 200) {
                    return stream;
                }
            }
        }

        /** The agent's share is used up: where all sessions are in use, one more is refused, and none suffers. */
        private void full(List<RawAgent> open, List<String> ids) {
            try (var agent = new HttpAgent(trial.port(), http)) {
                var refused = agent.hello();
                assertThat(refused.status()).isEqualTo(429);
                assertThat(refused.body()).contains("too-many-sessions").contains("the agent has 1000 sessions");
            }
            assertThat(RawAgent.refusal(
                            trial.port(), "/mcp", builder -> builder.header("Authorization", "Bearer " + sockets)))
                    .isEqualTo(429);
            assertThat(count()).isEqualTo((long) open.size() + ids.size());
        }

        private long count() {
            return trial.api()
                    .get("/status")
                    .json()
                    .path("counts")
                    .path("sessions")
                    .asLong();
        }
    }

    /** What is left when collecting leaves no less. */
    private static long lowestHeap() {
        var lowest = heap();
        for (var looks = 0; looks < 5; looks++) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            var now = heap();
            if (now < lowest) {
                lowest = now;
                looks = 0;
            }
        }
        return lowest;
    }

    private static long heap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static int threads() {
        return ManagementFactory.getThreadMXBean().getThreadCount();
    }
}
