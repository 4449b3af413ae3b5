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

/** An agent that sends exactly what a test says and keeps exactly what it gets. */
public final class RawAgent implements WebSocket.Listener, AutoCloseable {
    public static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int PATIENCE_SECONDS = 30;

    private final LinkedBlockingQueue<String> messages = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final StringBuilder partial = new StringBuilder();
    private final Semaphore reading = new Semaphore(1);
    private final WebSocket socket;
    private final CompletableFuture<Void> pinged = new CompletableFuture<>();
    private volatile String reason = "";

    private RawAgent(HttpClient client, String url, Dressing dressing) {
        socket = dressing.on(client.newWebSocketBuilder())
                .buildAsync(URI.create(url), this)
                .join();
    }

    /** Connects with the key in a header, by a client that trusts whom the test says. */
    public static RawAgent connect(HttpClient client, String url, String key) {
        return new RawAgent(client, url, builder -> builder.header("Authorization", "Bearer " + key));
    }

    /** Connects with the key in a header. */
    public static RawAgent connect(int port, String key) {
        return connect(port, "/mcp", builder -> builder.header("Authorization", "Bearer " + key));
    }

    public interface Dressing {
        WebSocket.Builder on(WebSocket.Builder builder);
    }

    public static RawAgent connect(int port, String path, Dressing dressing) {
        return new RawAgent(CLIENT, "ws://127.0.0.1:" + port + path, dressing);
    }

    /** The status a handshake is refused with. */
    public static int refusal(int port, String path, Dressing dressing) {
        try {
            connect(port, path, dressing).close();
            return 101;
        } catch (CompletionException e) {
            return refusal(e);
        }
    }

    /** The same, where a connection was wanted and this came of it. */
    public static int refusal(CompletionException failed) {
        if (failed.getCause() instanceof WebSocketHandshakeException refused) {
            return refused.getResponse().statusCode();
        }
        throw failed;
    }

    /** Says hello; gives back the answer. */
    public JsonNode hello() {
        return ask(
                0,
                "initialize",
                "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},\"clientInfo\":{\"name\":\"raw\",\"version\":\"1\"}}");
    }

    public void send(String text) {
        socket.sendText(text, true).join();
    }

    /** Sends the beginning of a message, or more of it, and not its end. */
    public void begin(String text) {
        socket.sendText(text, false).join();
    }

    public void sendRequest(Object id, String method, String params) {
        send("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"" + method + "\",\"params\":" + params + "}");
    }

    public void sendCall(Object id, String tool, String arguments) {
        sendRequest(id, "tools/call", "{\"name\":\"" + tool + "\",\"arguments\":" + arguments + "}");
    }

    public JsonNode ask(Object id, String method, String params) {
        sendRequest(id, method, params);
        return JSON.readTree(answer(id));
    }

    public JsonNode call(Object id, String tool, String arguments) {
        sendCall(id, tool, arguments);
        return JSON.readTree(answer(id));
    }

    /** The text of the first content block. */
    public String callText(Object id, String tool, String arguments) {
        var answer = call(id, tool, arguments);
        return answer.path("result").path("content").path(0).path("text").asString(answer.toString());
    }

    /** The next message whose id is this, letter for letter; others are skipped. */
    public String answer(Object id) {
        return next(text -> JSON.readTree(text).path("id").toString().equals(String.valueOf(id)));
    }

    public String next(Predicate<String> wanted) {
        var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (true) {
            var text = poll(deadline - System.nanoTime());
            if (text == null) {
                throw new AssertionError("no such message within " + PATIENCE_SECONDS + " s");
            }
            if (wanted.test(text)) {
                return text;
            }
        }
    }

    /** What has come and was not asked for. */
    public @Nullable String poll(long nanos) {
        try {
            return messages.poll(Math.max(nanos, 0), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The close code, once the connection has fallen; 1006 when it was cut. */
    public int closeCode() {
        return closed.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    /** The reason in the close frame, once the connection has fallen; empty when there was none. */
    public String closeReason() {
        var _ = closeCode();
        return reason;
    }

    public boolean fallen() {
        return closed.isDone();
    }

    /** Reads nothing more until {@link #readAgain}, but what is on its way already. */
    public void stopReading() {
        reading.acquireUninterruptibly();
    }

    public void readAgain() {
        reading.release();
    }

    /** Done when the gateway has sent a ping; it is answered by itself. */
    public CompletableFuture<Void> pinged() {
        return pinged;
    }

    /** Says goodbye, and does not wait for the answer. */
    public void leave() {
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
    }

    /** Goes away without a word. */
    public void vanish() {
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
        if (reading.tryAcquire()) {
            reading.release();
            from.request(1);
        } else {
            Thread.startVirtualThread(() -> {
                reading.acquireUninterruptibly();
                reading.release();
                from.request(1);
            });
        }
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onPing(WebSocket from, ByteBuffer message) {
        pinged.complete(null);
        from.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int status, String why) {
        reason = why;
        closed.complete(status);
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable fault) {
        closed.complete(1006);
    }
}
