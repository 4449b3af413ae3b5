package com.kruxos.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.HomeDirectory;
import com.kruxos.audit.AuditLog;
import com.kruxos.peers.AdminSocketClient;
import com.kruxos.peers.InstalledAppliance;
import com.kruxos.peers.TestAppliance;
import com.kruxos.peers.WebSocketAgent;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An appliance process is killed at random moments while calls run, and started again over the same home. */
class ApplianceCrashTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String SECRET = "survives-every-kill";

    @TempDir
    Path folder;

    @Test
    void nothingAcknowledgedIsLostInAHundredCrashes() throws Exception {
        crashRepeatedly(100);
    }

    @Test
    @Tag("full")
    void nothingAcknowledgedIsLostInAThousandCrashes() throws Exception {
        crashRepeatedly(1_000);
    }

    private void crashRepeatedly(int rounds) throws Exception {
        var installed = InstalledAppliance.packInto(folder);
        var port = freePort();
        var home = InstalledAppliance.prepareHome(folder.resolve("home"), port);
        var effects = folder.resolve("effects.log");
        var seed = System.nanoTime();
        var random = new Random(seed);
        var api = new AdminSocketClient(home.folder());
        var answered = new ArrayList<String>();
        var key = "";
        for (var round = 0; round < rounds; round++) {
            var process = installed.serve(home);
            try {
                InstalledAppliance.awaitReady(home);
                if (round == 0) {
                    key = api.post("/agents", "{\"name\":\"caller\"}")
                            .json()
                            .path("key")
                            .asString();
                    api.putSecret("odd/token", SECRET);
                    api.post("/servers", serverJson(effects));
                }
                answered.addAll(callUntilKilled(port, key, round, process, random.nextInt(120)));
            } finally {
                process.destroyForcibly().waitFor(60, TimeUnit.SECONDS);
            }
        }
        assertNothingLost(home, installed, effects, answered, seed);
    }

    /** Returns the argument of every call that was answered. */
    private static List<String> callUntilKilled(int port, String key, int round, Process process, int afterMillis) {
        var answered = new ArrayList<String>();
        try (var agent = WebSocketAgent.connect(port, key)) {
            agent.initialize();
            // The timer of the kill starts after the first response, when the server is ready.
            if (agent.callText(0, "odd__slow", "{\"ms\":0,\"n\":\"" + round + "-0\"}")
                    .endsWith("done")) {
                answered.add(round + "-0");
            }
            Thread.ofVirtual().start(() -> {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(afterMillis));
                process.destroyForcibly();
            });
            for (var call = 1; !agent.isClosed(); call++) {
                agent.sendCall(call, "odd__slow", "{\"ms\":0,\"n\":\"" + round + "-" + call + "\"}");
                var text = agent.poll(TimeUnit.MILLISECONDS.toNanos(5));
                while (text == null && !agent.isClosed()) {
                    text = agent.poll(TimeUnit.MILLISECONDS.toNanos(5));
                }
                if (text != null && text.contains(round + "-" + call + " done")) {
                    answered.add(round + "-" + call);
                }
            }
        } catch (CompletionException e) {
            // The process was killed; the calls answered so far are returned.
        }
        return answered;
    }

    private static void assertNothingLost(
            HomeDirectory home, InstalledAppliance installed, Path effects, List<String> answered, long seed)
            throws Exception {
        var api = new AdminSocketClient(home.folder());
        var process = installed.serve(home);
        try {
            InstalledAppliance.awaitReady(home);
            var verified = api.get("/audit/verify").json();
            assertThat(verified.path("ok").asBoolean())
                    .as("seed " + seed + ": " + verified)
                    .isTrue();
            long opened = 0;
            long done = 0;
            var after = 0L;
            for (var page = auditPage(api, after); !page.isEmpty(); page = auditPage(api, after)) {
                for (var record : page) {
                    opened += record.path("kind").asString().equals("call.opened") ? 1 : 0;
                    done += record.path("outcome").asString().equals("answered") ? 1 : 0;
                    after = record.path("seq").asLong();
                }
            }
            var arrived = TestAppliance.readLines(effects).stream()
                    .filter(line -> line.startsWith("call"))
                    .count();
            assertThat(opened)
                    .as("every call the server saw was on disk before, seed " + seed)
                    .isGreaterThanOrEqualTo(arrived);
            assertThat(done)
                    .as("every answer the agent got is recorded, seed " + seed)
                    .isGreaterThanOrEqualTo(answered.size());
            assertThat(answered).isNotEmpty();
            assertThat(api.get("/secrets/odd/token").body()).isEqualTo(SECRET);
        } finally {
            process.destroy();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(AuditLog.verify(home.audit()).ok()).isTrue();
    }

    private static JsonNode auditPage(AdminSocketClient api, long after) {
        return api.get("/audit?limit=500&after=" + after).json().path("items");
    }

    private static String serverJson(Path effects) {
        var wanted = JSON.createObjectNode().put("name", "odd");
        TestAppliance.faultyServerCommand().forEach(wanted.putArray("command")::add);
        wanted.putObject("env").put("ODD_SECRET", "secret:odd/token");
        wanted.putObject("plain_env").put("ODD_LOG", effects.toString());
        return wanted.toString();
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
