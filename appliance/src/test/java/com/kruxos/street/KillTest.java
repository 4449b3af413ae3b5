package com.kruxos.street;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.Home;
import com.kruxos.audit.Audit;
import com.kruxos.peers.Api;
import com.kruxos.peers.Installed;
import com.kruxos.peers.RawAgent;
import com.kruxos.peers.Trial;
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

/** A real appliance process is killed without warning while calls run, and started again, many times over one home. */
class KillTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String SECRET = "survives-every-kill";

    @TempDir
    Path folder;

    @Test
    void nothingAcknowledgedIsLostWhenKilledAHundredTimes() throws Exception {
        rounds(100);
    }

    @Test
    @Tag("full")
    void nothingAcknowledgedIsLostWhenKilledAThousandTimes() throws Exception {
        rounds(1_000);
    }

    private void rounds(int rounds) throws Exception {
        var installed = Installed.in(folder);
        var port = freePort();
        var home = Installed.prepared(folder.resolve("home"), port);
        var effects = folder.resolve("effects.log");
        var seed = System.nanoTime();
        var random = new Random(seed);
        var api = new Api(home.folder());
        var answered = new ArrayList<String>();
        var key = "";
        for (var round = 0; round < rounds; round++) {
            var process = installed.serve(home);
            try {
                Installed.awaitUp(home);
                if (round == 0) {
                    key = api.post("/agents", "{\"name\":\"caller\"}")
                            .json()
                            .path("key")
                            .asString();
                    api.putSecret("odd/token", SECRET);
                    api.post("/servers", server(effects));
                }
                answered.addAll(callUntilKilled(port, key, round, process, random.nextInt(120)));
            } finally {
                process.destroyForcibly().waitFor(60, TimeUnit.SECONDS);
            }
        }
        check(home, installed, effects, answered, seed);
    }

    /** Gives back what the agent was told of: the argument of every answered call. */
    private static List<String> callUntilKilled(int port, String key, int round, Process process, int afterMillis) {
        var answered = new ArrayList<String>();
        try (var agent = RawAgent.connect(port, key)) {
            agent.hello();
            // The first answer shows that the server stands; then the clock of the kill runs.
            if (agent.callText(0, "odd__slow", "{\"ms\":0,\"n\":\"" + round + "-0\"}")
                    .endsWith("done")) {
                answered.add(round + "-0");
            }
            Thread.ofVirtual().start(() -> {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(afterMillis));
                process.destroyForcibly();
            });
            for (var call = 1; !agent.fallen(); call++) {
                agent.sendCall(call, "odd__slow", "{\"ms\":0,\"n\":\"" + round + "-" + call + "\"}");
                var text = agent.poll(TimeUnit.MILLISECONDS.toNanos(5));
                while (text == null && !agent.fallen()) {
                    text = agent.poll(TimeUnit.MILLISECONDS.toNanos(5));
                }
                if (text != null && text.contains(round + "-" + call + " done")) {
                    answered.add(round + "-" + call);
                }
            }
        } catch (CompletionException e) {
            // The process is gone: what was answered until then is what counts.
        }
        return answered;
    }

    private static void check(Home home, Installed installed, Path effects, List<String> answered, long seed)
            throws Exception {
        var api = new Api(home.folder());
        var process = installed.serve(home);
        try {
            Installed.awaitUp(home);
            var verified = api.get("/audit/verify").json();
            assertThat(verified.path("ok").asBoolean())
                    .as("seed " + seed + ": " + verified)
                    .isTrue();
            long opened = 0;
            long done = 0;
            var after = 0L;
            for (var page = page(api, after); !page.isEmpty(); page = page(api, after)) {
                for (var record : page) {
                    opened += record.path("kind").asString().equals("call.opened") ? 1 : 0;
                    done += record.path("outcome").asString().equals("answered") ? 1 : 0;
                    after = record.path("seq").asLong();
                }
            }
            var arrived = Trial.lines(effects).stream()
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
        assertThat(Audit.verify(home.audit()).ok()).isTrue();
    }

    private static JsonNode page(Api api, long after) {
        return api.get("/audit?limit=500&after=" + after).json().path("items");
    }

    private static String server(Path effects) {
        var wanted = JSON.createObjectNode().put("name", "odd");
        Trial.oddCommand().forEach(wanted.putArray("command")::add);
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
