package com.kruxos.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.peers.AdminSocketClient;
import com.kruxos.peers.HttpAgent;
import com.kruxos.peers.InstalledAppliance;
import com.kruxos.peers.TestAppliance;
import com.kruxos.peers.WebSocketAgent;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/**
 * Many messages of maximum size at once, on an appliance with a small heap. Those for which there is no memory are
 * refused with a reason; other agents are not affected.
 */
@Timeout(180)
class MemoryLimitTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int AGENTS = 8;
    private static final int CONCURRENT = 30;
    /** In every successful response. */
    private static final String RESULT_MARK = "xxxx";

    private static final String OK = "200";
    private static final String NO_MEMORY = "no memory for";

    /** The limit of one agent. */
    private static final String TOO_MANY_REQUESTS = "too many requests are in progress";

    /** That limit, or the one of the server input. */
    private static final String QUEUE_FULL = "its input is full|" + TOO_MANY_REQUESTS;

    @TempDir
    Path folder;

    private final List<String> keys = new ArrayList<>();
    private int port;
    private Process process;

    @BeforeEach
    void start() throws IOException {
        try (var socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        var home = InstalledAppliance.prepareHome(folder.resolve("home"), port);
        process = InstalledAppliance.fromClassPath().serve(home, folder.resolve("output.log"));
        InstalledAppliance.awaitReady(home);
        var api = new AdminSocketClient(home.folder());
        var server = JSON.createObjectNode().put("name", "odd");
        // The server itself has enough memory.
        TestAppliance.faultyServerCommand().stream()
                .map(word -> word.equals("-Xmx64m") ? "-Xmx2g" : word)
                .forEach(server.putArray("command")::add);
        api.post("/servers", server.toString());
        TestAppliance.await(() -> api.get("/servers").body().contains("\"ready\""), () -> "the server");
        for (var n = 0; n <= AGENTS; n++) {
            keys.add(api.post("/agents", "{\"name\":\"agent-" + n + "\"}")
                    .json()
                    .path("key")
                    .asString());
        }
    }

    @AfterEach
    void stop() throws InterruptedException {
        process.destroy();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }

    private static String longCall(int id) {
        return HttpAgent.request(
                id, "odd__slow", "{\"ms\":500,\"n\":\"xxxx\",\"text\":\"" + "x".repeat(8_000_000) + "\"}");
    }

    /** Fails when RequestBody does not ask MemoryGuard, and when MemoryGuard always agrees. */
    @Test
    void longRequestsAreRefusedWhenMemoryIsShort() throws Exception {
        assertThat(runConcurrently(n -> () -> post(n, longCall(1))))
                .contains(OK)
                .allMatch(end -> end.equals(OK) || end.matches(".*(" + QUEUE_FULL + "|503.*" + NO_MEMORY + ").*"));
    }

    /** Fails when ResponseBody does not report that memory was short. */
    @Test
    void longResponsesAreDroppedWhenMemoryIsShort() throws Exception {
        assertThat(runConcurrently(n -> () -> post(n, HttpAgent.request(1, "odd__big", "{\"bytes\":16000000}"))))
                .contains(OK)
                .allMatch(end -> end.equals(OK) || end.contains(NO_MEMORY));
    }

    /** Fails when MessageAssembler does not report that memory was short. */
    @Test
    void longWebSocketMessagesAreRefusedWhenMemoryIsShort() throws Exception {
        assertThat(runConcurrently(n -> () -> send(n, longCall(1))))
                .contains(OK)
                .allMatch(end -> end.equals(OK) || end.matches(".*(" + QUEUE_FULL + "|1013.*" + NO_MEMORY + ").*"));
    }

    /**
     * Fails when McpSessionHandler does not check for low memory. An agent beyond its quota is refused before that. All
     * quotas together exceed the heap; which calls are refused also depends on garbage.
     */
    @Test
    void manyPendingRequestsAreRefusedWhenMemoryIsShort() throws Exception {
        var waiting = new ArrayList<WebSocketAgent>();
        var first = new ArrayList<String>();
        var all = new ArrayList<String>();
        var call = "{\"text\":\"" + "x".repeat(60_000) + "\"}";
        for (var key : keys) {
            var agent = WebSocketAgent.connect(port, key);
            waiting.add(agent);
            agent.initialize();
            for (var id = 1; id <= 1_000; id++) {
                agent.sendCall(id, "odd__hang", call);
            }
            // Responses are in order: when this one arrives, all refusals have arrived.
            agent.sendRequest(0, "ping", "{}");
            agent.awaitMessage(text -> !text.contains("\"error\"") || !all.add(text));
            if (first.isEmpty()) {
                first.addAll(all);
            }
        }
        assertThat(first).isNotEmpty().allMatch(text -> text.contains(TOO_MANY_REQUESTS));
        assertThat(all)
                .anyMatch(text -> text.contains(NO_MEMORY))
                .allMatch(text -> text.matches(".*-32003.*(" + TOO_MANY_REQUESTS + "|" + NO_MEMORY + ").*"));
        try (var other = WebSocketAgent.connect(port, keys.getLast())) {
            other.initialize();
            waiting.forEach(WebSocketAgent::close);
            var id = 1;
            while (other.callText(id, "odd__pid", "{}").contains("-32003")) {
                id++;
            }
        }
        assertThat(process.isAlive()).isTrue();
    }

    /**
     * An agent with unfinished messages uses its own quota only, and gets it back when its connections close. Fails
     * without the quota in RequestBody and AgentAdmission, and when AgentWebSocket does not release it.
     */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void unfinishedMessagesUseOnlyTheAgentsQuota(boolean bodies) throws Exception {
        var sockets = new ArrayList<WebSocketAgent>();
        var lines = new ArrayList<Socket>();
        var part = "x".repeat(3 << 20);
        for (var n = 0; n < 30; n++) {
            if (bodies) {
                lines.add(startPost(keys.getFirst(), 8_000_000, part.substring(0, 100_000)));
            } else {
                var agent = WebSocketAgent.connect(port, keys.getFirst());
                sockets.add(agent);
                agent.sendPart(part);
            }
        }
        assertThat(send(1, longCall(1))).isEqualTo(OK);
        assertThat(post(2, longCall(1))).isEqualTo(OK);
        assertThat(post(0, longCall(1))).startsWith("503").contains(NO_MEMORY);
        sockets.forEach(WebSocketAgent::abort);
        for (var line : lines) {
            line.close();
        }
        TestAppliance.await(() -> post(0, longCall(1)).equals(OK), () -> "its share");
    }

    /** Sends the head of a POST and the beginning of its body. */
    private Socket startPost(String key, int length, String start) throws IOException {
        var line = new Socket(InetAddress.getLoopbackAddress(), port);
        var head = "POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " + key
                + "\r\nContent-Type: application/json\r\nAccept: application/json, text/event-stream\r\nContent-Length: "
                + length + "\r\n\r\n";
        line.getOutputStream().write((head + start).getBytes(StandardCharsets.US_ASCII));
        return line;
    }

    private interface IndexedTask {
        Callable<String> of(int n);
    }

    /** Runs the task many times at once while another agent calls; returns how each ended. */
    private List<String> runConcurrently(IndexedTask work) throws Exception {
        try (var other = WebSocketAgent.connect(port, keys.getLast());
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            other.initialize();
            var pid = other.callText(1, "odd__pid", "{}");
            var under = new ArrayList<Future<String>>();
            for (var n = 0; n < CONCURRENT; n++) {
                under.add(threads.submit(work.of(n)));
            }
            for (var id = 2; under.stream().anyMatch(one -> !one.isDone()); id++) {
                assertThat(other.callText(id, "odd__pid", "{}")).isEqualTo(pid);
            }
            var endings = new ArrayList<String>();
            for (var one : under) {
                endings.add(one.get());
            }
            assertThat(other.callText(0, "odd__pid", "{}")).isEqualTo(pid);
            assertThat(process.isAlive()).isTrue();
            return endings;
        }
    }

    private String post(int n, String body) {
        try (var agent = new HttpAgent(port, keys.get(n % AGENTS))) {
            agent.initialize();
            var response = agent.send(request -> request.setHeader("Content-Type", "application/json")
                    .setHeader("Accept", "application/json, text/event-stream")
                    .POST(HttpRequest.BodyPublishers.ofString(body)));
            try (var answer = response.body()) {
                var start = new String(answer.readNBytes(1_000), StandardCharsets.UTF_8);
                answer.transferTo(OutputStream.nullOutputStream());
                return start.contains(RESULT_MARK) ? OK : response.statusCode() + " " + start;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private String send(int n, String message) {
        try (var agent = WebSocketAgent.connect(port, keys.get(n % AGENTS))) {
            agent.initialize();
            try {
                agent.send(message);
            } catch (CompletionException e) {
                TestAppliance.await(agent::isClosed, () -> "the end of the connection after " + e);
            }
            var answer = agent.poll(0);
            while (answer == null && !agent.isClosed()) {
                answer = agent.poll(TimeUnit.MILLISECONDS.toNanos(20));
            }
            if (answer == null) {
                return agent.closeCode() + " " + agent.closeReason();
            }
            return answer.contains(RESULT_MARK) ? OK : answer;
        }
    }
}
