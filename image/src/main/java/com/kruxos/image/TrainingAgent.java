package com.kruxos.image;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** An agent that sends the usual messages over both transports. */
final class TrainingAgent implements AutoCloseable {
    private static final long TIMEOUT_SECONDS = 120;
    private static final String VERSION = "2025-11-25";

    private static final String INITIALIZE =
            "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"" + VERSION
                    + "\",\"capabilities\":{},\"clientInfo\":{\"name\":\"training\",\"version\":\"1\"}}}";
    private static final String INITIALIZED = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}";
    private static final String LIST = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\",\"params\":{}}";

    private final HttpClient client = HttpClient.newHttpClient();
    private final String address;
    private final String key;

    /** @param address host and port of the gateway */
    TrainingAgent(String address, String key) {
        this.address = address;
        this.key = key;
    }

    /** Initializes, lists, and calls each tool, over WebSocket. */
    void overWebSocket(List<String> tools) throws IOException, InterruptedException {
        var answers = new LinkedBlockingQueue<String>();
        try {
            var socket = client.newWebSocketBuilder()
                    .header("Authorization", "Bearer " + key)
                    .buildAsync(URI.create("ws://" + address + "/mcp"), new Listener(answers))
                    .join();
            ask(socket, answers, INITIALIZE);
            socket.sendText(INITIALIZED, true).join();
            ask(socket, answers, LIST);
            for (var tool : tools) {
                check(ask(socket, answers, call(tool)));
            }
            socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
        } catch (CompletionException e) {
            throw new IOException("the connection of the agent failed", e);
        }
    }

    /** The same over HTTP, then deletes the session. */
    void overHttp(List<String> tools) throws IOException, InterruptedException {
        var session = post(INITIALIZE, null)
                .headers()
                .firstValue("Mcp-Session-Id")
                .orElseThrow(() -> new IOException("no session"));
        post(INITIALIZED, session);
        post(LIST, session);
        for (var tool : tools) {
            check(post(call(tool), session).body());
        }
        client.send(request(session).DELETE().build(), HttpResponse.BodyHandlers.discarding());
    }

    @Override
    public void close() {
        client.close();
    }

    private static String ask(WebSocket socket, LinkedBlockingQueue<String> answers, String message)
            throws IOException, InterruptedException {
        socket.sendText(message, true).join();
        while (true) {
            var answer = answers.poll(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            if (answer == null) {
                throw new IOException("no answer to " + message);
            }
            // A notification or request has a method; a response has none.
            if (!answer.contains("\"method\"")) {
                return answer;
            }
        }
    }

    private HttpResponse<String> post(String message, @Nullable String session)
            throws IOException, InterruptedException {
        var response = client.send(
                request(session)
                        .header("Content-Type", "application/json")
                        .header("Accept", "application/json, text/event-stream")
                        .POST(HttpRequest.BodyPublishers.ofString(message))
                        .build(),
                HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        if (response.statusCode() / 100 != 2) {
            throw new IOException("refused with " + response.statusCode() + ": " + response.body());
        }
        return response;
    }

    private HttpRequest.Builder request(@Nullable String session) {
        var request = HttpRequest.newBuilder(URI.create("http://" + address + "/mcp"))
                .timeout(Duration.ofSeconds(TIMEOUT_SECONDS))
                .header("Authorization", "Bearer " + key)
                .header("MCP-Protocol-Version", VERSION);
        return session == null ? request : request.header("Mcp-Session-Id", session);
    }

    private static String call(String tool) {
        return "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/call\",\"params\":{\"name\":\"" + tool
                + "\",\"arguments\":{}}}";
    }

    /** The demonstration server returns this word; anything else is an error. */
    private static void check(String answer) throws IOException {
        if (!answer.contains("tock")) {
            throw new IOException("unexpected result of the tool: " + answer);
        }
    }

    /** Queues complete messages. */
    private static final class Listener implements WebSocket.Listener {
        private final LinkedBlockingQueue<String> answers;
        private final StringBuilder begun = new StringBuilder();

        Listener(LinkedBlockingQueue<String> answers) {
            this.answers = answers;
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
            begun.append(text);
            if (last) {
                answers.add(begun.toString());
                begun.setLength(0);
            }
            socket.request(1);
            return null;
        }
    }
}
