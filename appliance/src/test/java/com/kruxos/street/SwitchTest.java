package com.kruxos.street;

import com.kruxos.peers.OddServer;
import com.kruxos.peers.RawAgent;
import com.kruxos.peers.Trial;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server is switched on and off under the hands of those who use it. */
class SwitchTest {
    private static final int AGENTS = 8;
    private static final int TIMES = 30;

    @TempDir
    Path folder;

    /**
     * Calls of all agents come in while it is switched off, and each would begin a process of its own. Red in most runs
     * when Servers.setEnabled ends those before it puts the server that is off in the place of the other.
     */
    @Tag("full")
    @Test
    @Timeout(600)
    void nothingRunsOfAServerThatIsOff() throws Exception {
        var over = new AtomicBoolean();
        try (var trial = Trial.start(folder.resolve("home"));
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            trial.oddServerPerAgent("odd", Map.of());
            var agents = IntStream.range(0, AGENTS)
                    .mapToObj(n -> trial.connected("agent-" + n))
                    .toList();
            var callers = new ArrayList<Future<?>>();
            for (var agent : agents) {
                callers.add(threads.submit(() -> callUntil(over, agent)));
            }
            for (var n = 0; n < TIMES; n++) {
                trial.api().post("/servers/odd/disable", "{}");
                Trial.await(() -> running() == 0, () -> running() + " processes to end");
                trial.api().post("/servers/odd/enable", "{}");
                Trial.await(() -> running() > 1, () -> "the agents to be back");
            }
            over.set(true);
            for (var caller : callers) {
                caller.get();
            }
            agents.forEach(RawAgent::close);
        }
    }

    private static long running() {
        return ProcessHandle.current()
                .descendants()
                .filter(process -> process.info().commandLine().orElse("").contains(OddServer.class.getName()))
                .count();
    }

    private static void callUntil(AtomicBoolean over, RawAgent agent) {
        for (var id = 1; !over.get(); id++) {
            agent.callText(id, "odd__pid", "{}");
        }
    }
}
