package com.kruxos.demo;

import com.kruxos.rpc.JsonRpcWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A minimal MCP agent over WebSocket: one key, one address, one call at a time. Not thread-safe. */
final class DemoAgent implements WebSocket.Listener {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int TIMEOUT_SECONDS = 30;

    private final LinkedBlockingQueue<String> messages = new LinkedBlockingQueue<>();
    private final CompletableFuture<String> disconnected = new CompletableFuture<>();
    private final StringBuilder partial = new StringBuilder();
    private final WebSocket socket;
    private int ids;

    /** The connection ended; the message says how. */
    static final class Disconnected extends Exception {
        private static final long serialVersionUID = 1L;

        Disconnected(String reason) {
            super(reason);
        }
    }

    private DemoAgent(HttpClient client, int port, byte[] key) {
        socket = client.newWebSocketBuilder()
                .subprotocols("mcp")
                .header("Authorization", "Bearer " + new String(key, StandardCharsets.US_ASCII))
                .buildAsync(URI.create("ws://127.0.0.1:" + port + "/mcp"), this)
                .join();
    }

    /** Connects and initializes the session. */
    static DemoAgent connect(HttpClient client, int port, byte[] key) throws Disconnected {
        try {
            var agent = new DemoAgent(client, port, key);
            agent.request(
                    "initialize",
                    "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},\"clientInfo\":{\"name\":\"demo-agent\",\"version\":\"1\"}}");
            agent.socket
                    .sendText("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}", true)
                    .join();
            return agent;
        } catch (CompletionException e) {
            throw new Disconnected("the gateway refused the connection: " + e.getCause());
        }
    }

    /** Calls a tool without arguments and returns the whole JSON-RPC response. */
    JsonNode call(String tool) throws Disconnected {
        return request("tools/call", "{\"name\":" + JsonRpcWriter.quote(tool) + ",\"arguments\":{}}");
    }

    /** Waits for the end of the connection and returns the reason; null after the timeout. */
    @Nullable
    String awaitDisconnect(int seconds) {
        try {
            return disconnected.get(seconds, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            return null;
        } catch (Exception e) {
            throw new IllegalStateException("interrupted while waiting", e);
        }
    }

    private JsonNode request(String method, String params) throws Disconnected {
        var id = ++ids;
        try {
            socket.sendText(
                            "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":" + JsonRpcWriter.quote(method)
                                    + ",\"params\":" + params + "}",
                            true)
                    .join();
            for (var waited = 0; waited < TIMEOUT_SECONDS * 10; waited++) {
                var text = messages.poll(100, TimeUnit.MILLISECONDS);
                if (text == null && disconnected.isDone()) {
                    throw new Disconnected(disconnected.join());
                }
                var message = text == null ? null : JSON.readTree(text);
                if (message != null && message.path("id").asInt(0) == id) {
                    return message;
                }
            }
            throw new Disconnected("no response within " + TIMEOUT_SECONDS + " s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Disconnected("interrupted");
        } catch (CompletionException e) {
            throw new Disconnected(disconnected.getNow("the socket is closed"));
        }
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        partial.append(data);
        if (last) {
            messages.add(partial.toString());
            partial.setLength(0);
        }
        from.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int status, String reason) {
        disconnected.complete("closed " + status + ": " + reason);
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable fault) {
        disconnected.complete("connection reset");
    }
}
