package com.kruxos.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.HomeDirectory;
import com.kruxos.os.ProcessFinder;
import com.kruxos.peers.AdminSocketClient;
import com.kruxos.peers.HttpAgent;
import com.kruxos.peers.InstalledAppliance;
import com.kruxos.peers.MinimalServers;
import com.kruxos.peers.NpmPrograms;
import com.kruxos.peers.TestAppliance;
import com.kruxos.peers.WebSocketAgent;
import com.kruxos.process.OrphanProcesses;
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

/** Server processes do not accumulate, however sessions, servers or the appliance end. */
@EnabledOnOs(OS.LINUX)
@Timeout(300)
class ProcessLeakTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int SESSIONS = 500;
    private static final int CONCURRENT = 10;

    @TempDir
    Path folder;

    /**
     * WebSocket sessions that disconnect and HTTP sessions that are deleted, each with its own process, some of which
     * start children. Fails when InstancePool.forSession does not end instances, or DirectChild does not kill the
     * process tree.
     */
    @Test
    void fiveHundredSessionsLeaveNoProcesses() throws Exception {
        try (var trial = TestAppliance.start(folder.resolve("home"))) {
            var api = trial.adminClient();
            addServer(api, "all", MinimalServers.wrappedCommand(), false, false);
            addServer(api, "own", MinimalServers.shellCommand(), true, false);
            addServer(api, "npx", MinimalServers.wrappedCommand(), true, false);
            trial.awaitState("all", "ready");
            trial.awaitState("npx", "ready");
            trial.awaitState("own", "ready");
            var before = childProcesses(trial.home());
            var shared = new ArrayList<String>();
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                var agents = new ArrayList<Future<?>>();
                for (var n = 0; n < CONCURRENT; n++) {
                    var key = trial.createAgent("agent-" + n);
                    agents.add(threads.submit(() -> {
                        for (var session = 0; session < SESSIONS / CONCURRENT; session++) {
                            var pid = session % 2 == 0
                                    ? callAndDisconnect(trial.port(), key, session % 10 == 0)
                                    : callAndEndSession(trial.port(), key);
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
            TestAppliance.await(
                    () -> childProcesses(trial.home()).equals(before),
                    () -> before + " to be all, there are " + childProcesses(trial.home()));
            assertThat(api.get("/sessions").json().path("items")).isEmpty();
        }
        assertThat(childProcesses(new HomeDirectory(folder.resolve("home")))).isEmpty();
    }

    /** They ignore the end of input, too. Fails without the SIGKILL in DirectChild.stop. */
    @Test
    void processesThatIgnoreSigtermAreKilled() throws Exception {
        try (var trial = TestAppliance.start(folder.resolve("home"))) {
            var api = trial.adminClient();
            addServer(api, "shell", MinimalServers.wrappedCommand(), true, true);
            addServer(
                    api,
                    "node",
                    MinimalServers.wrappedNodeCommand(
                            NpmPrograms.ensureInstalled().node()),
                    true,
                    true);
            trial.awaitState("shell", "ready");
            trial.awaitState("node", "ready");
            var before = childProcesses(trial.home());
            var agents = new ArrayList<WebSocketAgent>();
            for (var n = 0; n < 2; n++) {
                var agent = trial.connectAgent("agent-" + n);
                agents.add(agent);
                assertThat(agent.callText(1, "shell__pid", "{}")).matches("\\d+");
                assertThat(agent.callText(2, "node__pid", "{}")).matches("\\d+");
            }
            assertThat(childProcesses(trial.home())).hasSizeGreaterThan(before.size() + 4);
            agents.forEach(WebSocketAgent::abort);
            TestAppliance.await(
                    () -> childProcesses(trial.home()).equals(before),
                    () -> before + " to be all, there are " + childProcesses(trial.home()));
        }
        assertThat(childProcesses(new HomeDirectory(folder.resolve("home")))).isEmpty();
    }

    /** It hangs before its first output. Fails when SupervisorState.Starting does not keep its instance. */
    @Test
    void removingAServerThatHangsAtStartKillsIt() throws Exception {
        try (var trial = TestAppliance.start(folder.resolve("home"))) {
            addServer(trial.adminClient(), "mute", List.of("/bin/sh", "-c", "sleep 1000; :"), false, false);
            TestAppliance.await(() -> childProcesses(trial.home()).size() == 2, () -> "a shell and what it waits for");
            assertThat(trial.adminClient().delete("/servers/mute").status()).isLessThan(300);
            assertThat(childProcesses(trial.home())).isEmpty();
        }
    }

    /** The kernel kills only the first process of each tree. Fails without OrphanProcesses.killAll in Appliance. */
    @Test
    void orphansOfACrashAreKilledAtTheNextStart() throws Exception {
        var installed = InstalledAppliance.fromClassPath();
        var port = freePort();
        var home = InstalledAppliance.prepareHome(folder.resolve("home"), port);
        var api = new AdminSocketClient(home.folder());
        List<Long> old;
        var first = installed.serve(home);
        try {
            InstalledAppliance.awaitReady(home);
            addServer(api, "all", MinimalServers.wrappedCommand(), false, true);
            addServer(api, "own", MinimalServers.wrappedCommand(), true, true);
            for (var n = 0; n < 3; n++) {
                var key = api.post("/agents", "{\"name\":\"agent-" + n + "\"}")
                        .json()
                        .path("key")
                        .asString();
                var agent = WebSocketAgent.connect(port, key);
                agent.initialize();
                assertThat(agent.callText(1, "all__pid", "{}")).matches("\\d+");
                assertThat(agent.callText(2, "own__pid", "{}")).matches("\\d+");
            }
            old = childProcesses(home);
        } finally {
            first.destroyForcibly().waitFor(60, TimeUnit.SECONDS);
        }
        assertThat(old).hasSizeGreaterThan(12);
        assertThat(childProcesses(home)).as("helpers outlive the kill").isNotEmpty();
        var second = installed.serve(home);
        try {
            InstalledAppliance.awaitReady(home);
            assertThat(old).noneMatch(TestAppliance::isRunning);
        } finally {
            second.destroyForcibly().waitFor(60, TimeUnit.SECONDS);
            OrphanProcesses.killAll(home.installationId());
        }
        assertThat(childProcesses(home)).isEmpty();
    }

    private static String callAndDisconnect(int port, String key, boolean family) {
        var agent = WebSocketAgent.connect(port, key);
        agent.initialize();
        var shared = agent.callText(1, "all__pid", "{}");
        assertThat(agent.callText(2, "own__pid", "{}")).matches("\\d+").isNotEqualTo(shared);
        if (family) {
            assertThat(agent.callText(3, "npx__pid", "{}")).matches("\\d+");
        }
        agent.abort();
        return shared;
    }

    private static String callAndEndSession(int port, String key) {
        try (var agent = new HttpAgent(port, key)) {
            agent.initialize();
            var shared = agent.callText(1, "all__pid", "{}");
            assertThat(agent.callText(2, "own__pid", "{}")).matches("\\d+").isNotEqualTo(shared);
            assertThat(agent.delete().status()).isEqualTo(204);
            return shared;
        }
    }

    private static void addServer(
            AdminSocketClient api, String name, List<String> command, boolean perAgent, boolean stays) {
        var wanted = JSON.createObjectNode().put("name", name).put("sessions", perAgent ? "per-agent" : "shared");
        command.forEach(wanted.putArray("command")::add);
        if (stays) {
            wanted.putObject("plain_env").put("SMALL_STAYS", "1");
        }
        var added = api.post("/servers", wanted.toString());
        assertThat(added.status()).as(added.body()).isEqualTo(201);
    }

    /** All processes with the marker of this home. */
    private static List<Long> childProcesses(HomeDirectory home) {
        return ProcessFinder.findByEnvironment("KRUXOS_CHILD=" + home.installationId() + ":").stream()
                .sorted()
                .toList();
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
