package com.kruxos.peers;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An agent over WebSocket that sends exactly what a test gives it and stores exactly what it receives. */
public final class WebSocketAgent implements WebSocket.Listener, AutoCloseable {
    public static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int TIMEOUT_SECONDS = 30;

    private final LinkedBlockingQueue<String> messages = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> closeStatus = new CompletableFuture<>();
    private final StringBuilder partial = new StringBuilder();
    private final Semaphore readPermit = new Semaphore(1);
    private final WebSocket socket;
    private final CompletableFuture<Void> firstPing = new CompletableFuture<>();
    private volatile String reasonText = "";

    private WebSocketAgent(HttpClient client, String url, HandshakeCustomizer dressing) {
        socket = dressing.on(client.newWebSocketBuilder())
                .buildAsync(URI.create(url), this)
                .join();
    }

    /** Connects with the key in a header, with a client that has its own trust store. */
    public static WebSocketAgent connect(HttpClient client, String url, String key) {
        return new WebSocketAgent(client, url, builder -> builder.header("Authorization", "Bearer " + key));
    }

    /** Connects with the key in a header. */
    public static WebSocketAgent connect(int port, String key) {
        return connect(port, "/mcp", builder -> builder.header("Authorization", "Bearer " + key));
    }

    public interface HandshakeCustomizer {
        WebSocket.Builder on(WebSocket.Builder builder);
    }

    public static WebSocketAgent connect(int port, String path, HandshakeCustomizer dressing) {
        return new WebSocketAgent(CLIENT, "ws://127.0.0.1:" + port + path, dressing);
    }

    /** The status a handshake is refused with. */
    public static int refusalStatus(int port, String path, HandshakeCustomizer dressing) {
        try {
            connect(port, path, dressing).close();
            return 101;
        } catch (CompletionException e) {
            return refusalStatus(e);
        }
    }

    /** The status of a handshake that failed like this. */
    public static int refusalStatus(CompletionException failed) {
        if (failed.getCause() instanceof WebSocketHandshakeException refused) {
            return refused.getResponse().statusCode();
        }
        throw failed;
    }

    /** Initializes the session; returns the response. */
    public JsonNode initialize() {
        return request(
                0,
                "initialize",
                "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},\"clientInfo\":{\"name\":\"raw\",\"version\":\"1\"}}");
    }

    public void send(String text) {
        socket.sendText(text, true).join();
    }

    /** Sends a fragment that is not the last. */
    public void sendPart(String text) {
        socket.sendText(text, false).join();
    }

    public void sendRequest(Object id, String method, String params) {
        send("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"" + method + "\",\"params\":" + params + "}");
    }

    public void sendCall(Object id, String tool, String arguments) {
        sendRequest(id, "tools/call", "{\"name\":\"" + tool + "\",\"arguments\":" + arguments + "}");
    }

    public JsonNode request(Object id, String method, String params) {
        sendRequest(id, method, params);
        return JSON.readTree(awaitResponse(id));
    }

    public JsonNode call(Object id, String tool, String arguments) {
        sendCall(id, tool, arguments);
        return JSON.readTree(awaitResponse(id));
    }

    /** The text of the first content block. */
    public String callText(Object id, String tool, String arguments) {
        var answer = call(id, tool, arguments);
        return answer.path("result").path("content").path(0).path("text").asString(answer.toString());
    }

    /** The next message with exactly this id; others are skipped. */
    public String awaitResponse(Object id) {
        return awaitMessage(text -> JSON.readTree(text).path("id").toString().equals(String.valueOf(id)));
    }

    public String awaitMessage(Predicate<String> wanted) {
        var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
        while (true) {
            var text = poll(deadline - System.nanoTime());
            if (text == null) {
                throw new AssertionError("no such message within " + TIMEOUT_SECONDS + " s");
            }
            if (wanted.test(text)) {
                return text;
            }
        }
    }

    /** The next message, if one arrives in time. */
    public @Nullable String poll(long nanos) {
        try {
            return messages.poll(Math.max(nanos, 0), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The close code, once the connection is closed; 1006 without a close frame. */
    public int closeCode() {
        return closeStatus.orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS).join();
    }

    /** The reason in the close frame, once the connection is closed; empty without one. */
    public String closeReason() {
        var _ = closeCode();
        return reasonText;
    }

    public boolean isClosed() {
        return closeStatus.isDone();
    }

    /** Reads nothing until {@link #resumeReading}, except what is already requested. */
    public void stopReading() {
        readPermit.acquireUninterruptibly();
    }

    public void resumeReading() {
        readPermit.release();
    }

    /** Completed by the first ping of the gateway; the client answers it. */
    public CompletableFuture<Void> firstPing() {
        return firstPing;
    }

    /** Sends a close frame without waiting for the reply. */
    public void sendClose() {
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
    }

    /** Disconnects without a close frame. */
    public void abort() {
        socket.abort();
    }

    @Override
    public void close() {
        socket.abort();
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        partial.append(data);
        if (last) {
            messages.add(partial.toString());
            partial.setLength(0);
        }
        if (readPermit.tryAcquire()) {
            readPermit.release();
            from.request(1);
        } else {
            Thread.startVirtualThread(() -> {
                readPermit.acquireUninterruptibly();
                readPermit.release();
                from.request(1);
            });
        }
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onPing(WebSocket from, ByteBuffer message) {
        firstPing.complete(null);
        from.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int status, String why) {
        reasonText = why;
        closeStatus.complete(status);
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable fault) {
        closeStatus.complete(1006);
    }
}
