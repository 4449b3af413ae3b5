package com.kruxos.pipeline;

import com.kruxos.peers.FaultyStdioServer;
import com.kruxos.peers.TestAppliance;
import com.kruxos.peers.WebSocketAgent;
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

/** A server is disabled and enabled while agents call it. */
class DisableRaceTest {
    private static final int AGENTS = 8;
    private static final int ROUNDS = 30;

    @TempDir
    Path folder;

    /**
     * Agents call while the server is disabled, and each call could start an instance. Fails in most runs when the
     * registry closes the old supervisor before it is replaced.
     */
    @Tag("full")
    @Test
    @Timeout(600)
    void aDisabledServerHasNoProcesses() throws Exception {
        var over = new AtomicBoolean();
        try (var trial = TestAppliance.start(folder.resolve("home"));
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            trial.addFaultyServerPerAgent("odd", Map.of());
            var agents = IntStream.range(0, AGENTS)
                    .mapToObj(n -> trial.connectAgent("agent-" + n))
                    .toList();
            var callers = new ArrayList<Future<?>>();
            for (var agent : agents) {
                callers.add(threads.submit(() -> callUntil(over, agent)));
            }
            for (var n = 0; n < ROUNDS; n++) {
                trial.adminClient().post("/servers/odd/disable", "{}");
                TestAppliance.await(() -> runningProcesses() == 0, () -> runningProcesses() + " processes to end");
                trial.adminClient().post("/servers/odd/enable", "{}");
                TestAppliance.await(() -> runningProcesses() > 1, () -> "the agents to be back");
            }
            over.set(true);
            for (var caller : callers) {
                caller.get();
            }
            agents.forEach(WebSocketAgent::close);
        }
    }

    private static long runningProcesses() {
        return ProcessHandle.current()
                .descendants()
                .filter(process -> process.info().commandLine().orElse("").contains(FaultyStdioServer.class.getName()))
                .count();
    }

    private static void callUntil(AtomicBoolean over, WebSocketAgent agent) {
        for (var id = 1; !over.get(); id++) {
            agent.callText(id, "odd__pid", "{}");
        }
    }
}
