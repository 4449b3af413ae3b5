package com.kruxos.street;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.Home;
import com.kruxos.host.Processes;
import com.kruxos.peers.Api;
import com.kruxos.peers.HttpAgent;
import com.kruxos.peers.Installed;
import com.kruxos.peers.NpmPeers;
import com.kruxos.peers.RawAgent;
import com.kruxos.peers.SmallServer;
import com.kruxos.peers.Trial;
import com.kruxos.transport.Strays;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** Row F4: the processes of servers do not pile up, whatever ends and however. */
@EnabledOnOs(OS.LINUX)
@Timeout(300)
class PileUpTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int SESSIONS = 500;
    private static final int AT_A_TIME = 10;

    @TempDir
    Path folder;

    /**
     * Row F4: sessions over a WebSocket that vanish and sessions over HTTP that say goodbye, each with a process of its
     * own, and some with a family of four. Red without {@code session.whenEnded} in Lives.of, or without
     * {@code family.end} in PlainChild.watch (the helpers stay).
     */
    @Test
    void afterFiveHundredSessionsAreAsManyProcessesAsBefore() throws Exception {
        try (var trial = Trial.start(folder.resolve("home"))) {
            var api = trial.api();
            add(api, "all", SmallServer.wrapped(), false, false);
            add(api, "own", SmallServer.plain(), true, false);
            add(api, "npx", SmallServer.wrapped(), true, false);
            trial.awaitState("all", "ready");
            trial.awaitState("npx", "ready");
            trial.awaitState("own", "ready");
            var before = processes(trial.home());
            var shared = new ArrayList<String>();
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                var agents = new ArrayList<Future<?>>();
                for (var n = 0; n < AT_A_TIME; n++) {
                    var key = trial.agent("agent-" + n);
                    agents.add(threads.submit(() -> {
                        for (var session = 0; session < SESSIONS / AT_A_TIME; session++) {
                            var pid = session % 2 == 0
                                    ? vanishing(trial.port(), key, session % 10 == 0)
                                    : polite(trial.port(), key);
                            synchronized (shared) {
                                shared.add(pid);
                            }
                        }
                    }));
                }
                for (var agent : agents) {
                    agent.get();
                }
            }
            assertThat(shared).hasSize(SESSIONS).containsOnly(shared.getFirst());
            Trial.await(
                    () -> processes(trial.home()).equals(before),
                    () -> before + " to be all, there are " + processes(trial.home()));
            assertThat(api.get("/sessions").json().path("items")).isEmpty();
        }
        assertThat(processes(new Home(folder.resolve("home")))).isEmpty();
    }

    /** Row F4: neither the end of input nor SIGTERM moves them. Red without the SIGKILL in PlainChild.stop. */
    @Test
    void thoseThatIgnoreEverythingGoToo() throws Exception {
        try (var trial = Trial.start(folder.resolve("home"))) {
            var api = trial.api();
            add(api, "shell", SmallServer.wrapped(), true, true);
            add(api, "node", SmallServer.wrappedNode(NpmPeers.installed().node()), true, true);
            trial.awaitState("shell", "ready");
            trial.awaitState("node", "ready");
            var before = processes(trial.home());
            var agents = new ArrayList<RawAgent>();
            for (var n = 0; n < 2; n++) {
                var agent = trial.connected("agent-" + n);
                agents.add(agent);
                assertThat(agent.callText(1, "shell__pid", "{}")).matches("\\d+");
                assertThat(agent.callText(2, "node__pid", "{}")).matches("\\d+");
            }
            assertThat(processes(trial.home())).hasSizeGreaterThan(before.size() + 4);
            agents.forEach(RawAgent::vanish);
            Trial.await(
                    () -> processes(trial.home()).equals(before),
                    () -> before + " to be all, there are " + processes(trial.home()));
        }
        assertThat(processes(new Home(folder.resolve("home")))).isEmpty();
    }

    /** Row F4: it hangs before it has said anything. Red without {@code half.close()} in Upstream.close. */
    @Test
    void oneThatHangsWhileItStartsEndsWithItsRemoval() throws Exception {
        try (var trial = Trial.start(folder.resolve("home"))) {
            add(trial.api(), "mute", List.of("/bin/sh", "-c", "sleep 1000; :"), false, false);
            Trial.await(() -> processes(trial.home()).size() == 2, () -> "a shell and what it waits for");
            assertThat(trial.api().delete("/servers/mute").status()).isLessThan(300);
            assertThat(processes(trial.home())).isEmpty();
        }
    }

    /**
     * Row F4: we are killed ourselves. What the kernel leaves of the families (it kills the first of each) goes when we
     * start again. Red without Strays.sweep in Appliance.
     */
    @Test
    void afterAKillOfOursTheNextStartLeavesNothingOfThem() throws Exception {
        var installed = Installed.unpacked();
        var port = freePort();
        var home = Installed.prepared(folder.resolve("home"), port);
        var api = new Api(home.folder());
        List<Long> old;
        var first = installed.serve(home);
        try {
            Installed.awaitUp(home);
            add(api, "all", SmallServer.wrapped(), false, true);
            add(api, "own", SmallServer.wrapped(), true, true);
            for (var n = 0; n < 3; n++) {
                var key = api.post("/agents", "{\"name\":\"agent-" + n + "\"}")
                        .json()
                        .path("key")
                        .asString();
                var agent = RawAgent.connect(port, key);
                agent.hello();
                assertThat(agent.callText(1, "all__pid", "{}")).matches("\\d+");
                assertThat(agent.callText(2, "own__pid", "{}")).matches("\\d+");
            }
            old = processes(home);
        } finally {
            first.destroyForcibly().waitFor(60, TimeUnit.SECONDS);
        }
        assertThat(old).hasSizeGreaterThan(12);
        assertThat(processes(home)).as("helpers outlive the kill").isNotEmpty();
        var second = installed.serve(home);
        try {
            Installed.awaitUp(home);
            assertThat(old).noneMatch(Trial::runs);
        } finally {
            second.destroyForcibly().waitFor(60, TimeUnit.SECONDS);
            Strays.sweep(home.id());
        }
        assertThat(processes(home)).isEmpty();
    }

    private static String vanishing(int port, String key, boolean family) {
        var agent = RawAgent.connect(port, key);
        agent.hello();
        var shared = agent.callText(1, "all__pid", "{}");
        assertThat(agent.callText(2, "own__pid", "{}")).matches("\\d+").isNotEqualTo(shared);
        if (family) {
            assertThat(agent.callText(3, "npx__pid", "{}")).matches("\\d+");
        }
        agent.vanish();
        return shared;
    }

    private static String polite(int port, String key) {
        try (var agent = new HttpAgent(port, key)) {
            agent.hello();
            var shared = agent.callText(1, "all__pid", "{}");
            assertThat(agent.callText(2, "own__pid", "{}")).matches("\\d+").isNotEqualTo(shared);
            assertThat(agent.delete().status()).isEqualTo(204);
            return shared;
        }
    }

    private static void add(Api api, String name, List<String> command, boolean perAgent, boolean stays) {
        var wanted = JSON.createObjectNode().put("name", name).put("sessions", perAgent ? "per-agent" : "shared");
        command.forEach(wanted.putArray("command")::add);
        if (stays) {
            wanted.putObject("plain_env").put("SMALL_STAYS", "1");
        }
        var added = api.post("/servers", wanted.toString());
        assertThat(added.status()).as(added.body()).isEqualTo(201);
    }

    /** Everything the appliance of this home has started, by what it was started with. */
    private static List<Long> processes(Home home) {
        return Processes.startedWith("KRUXOS_CHILD=" + home.id() + ":").stream()
                .sorted()
                .toList();
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
