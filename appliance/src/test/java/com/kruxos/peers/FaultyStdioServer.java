package com.kruxos.peers;

import com.kruxos.rpc.JsonRpcErrors;
import com.kruxos.rpc.JsonRpcId;
import com.kruxos.rpc.JsonRpcReader;
import com.kruxos.rpc.JsonRpcWriter;
import com.kruxos.rpc.McpMethod;
import com.kruxos.rpc.Message;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A real MCP server on stdio that misbehaves, with one tool for each fault. Every call is first written to the file in
 * {@code ODD_LOG}, so that a test can count effects. With {@code ODD_RESOURCE} it has that one resource, which can be
 * followed, and a tool {@code touch} that changes it.
 */
public final class FaultyStdioServer {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final OutputStream OUT = System.out;
    private static final byte[] PIECE = "x".repeat(64 << 10).getBytes(StandardCharsets.UTF_8);
    private static final Map<JsonRpcId, CountDownLatch> CANCELLED = new ConcurrentHashMap<>();
    private static final Map<String, CompletableFuture<String>> PENDING = new ConcurrentHashMap<>();
    private static final Set<String> TOOLS = ConcurrentHashMap.newKeySet();

    private FaultyStdioServer() {}

    public static void main(String[] arguments) throws IOException {
        TOOLS.addAll(Set.of(
                "echo",
                "env",
                "slow",
                "hang",
                "crash",
                "grow",
                "noise",
                "big",
                "leak",
                "pid",
                "fail",
                "progress",
                "ask",
                "elicited",
                "delete_all"));
        if (resourceUri() != null) {
            TOOLS.add("touch");
        }
        if (System.getenv("ODD_NOISE") != null) {
            System.out.println("warming up… this is not JSON");
            System.out.flush();
        }
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (var line = in.readLine(); line != null; line = in.readLine()) {
            var bytes = line.getBytes(StandardCharsets.UTF_8);
            switch (JsonRpcReader.readFromServer(bytes)) {
                case Message.Request request -> Thread.ofVirtual().start(() -> respond(request, bytes));
                case Message.Notification notification
                when notification.method().equals("notifications/cancelled") -> onCancelled(notification);
                case Message.Notification notification
                when notification.method().equals("notifications/roots/list_changed") -> requestRoots();
                case Message.Reply reply -> onReply(reply, line);
                default -> {}
            }
        }
        if (System.getenv("ODD_STAYS") != null) {
            new CountDownLatch(1).countDown();
            while (true) {
                java.util.concurrent.locks.LockSupport.park();
            }
        }
    }

    private static void onReply(Message.Reply reply, String line) {
        var asked = PENDING.get(reply.id().text());
        if (asked != null) {
            asked.complete(line);
        }
    }

    /** Requests the roots, while no call is in progress. */
    private static void requestRoots() {
        var answer = new CompletableFuture<String>();
        var _ = answer.thenAccept(
                line -> log("roots at " + ProcessHandle.current().pid() + ": " + line));
        PENDING.put("roots", answer);
        write("{\"jsonrpc\":\"2.0\",\"id\":\"roots\",\"method\":\"roots/list\"}".getBytes(StandardCharsets.UTF_8));
    }

    /** Sends the named request to the client and returns the response as received. */
    private static void requestFromClient(Message.Request request, JsonNode arguments) {
        var id = "q" + request.id();
        var answer = new CompletableFuture<String>();
        PENDING.put(id, answer);
        write(("{\"jsonrpc\":\"2.0\",\"id\":\"" + id + "\",\"method\":"
                        + JsonRpcWriter.quote(arguments.path("method").asString()) + ",\"params\":{\"own\":["
                        + JsonRpcWriter.quote(secret()) + ",9007199254740993]}}")
                .getBytes(StandardCharsets.UTF_8));
        sendText(request, answer.orTimeout(60, TimeUnit.SECONDS).join());
    }

    private static void onCancelled(Message.Notification notification) {
        var id = notification.params().requestId();
        log("cancelled " + id);
        if (id != null) {
            CANCELLED.computeIfAbsent(id, key -> new CountDownLatch(1)).countDown();
        }
    }

    private static void respond(Message.Request request, byte[] line) {
        switch (request.method()) {
            case "initialize" -> {
                log("initialize");
                sendResult(
                        request,
                        "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{\"tools\":{\"listChanged\":true}"
                                + (resourceUri() == null ? "" : ",\"resources\":{\"subscribe\":true}")
                                + "},\"serverInfo\":{\"name\":\"odd\",\"version\":\"1\"}}");
            }
            case "ping" -> sendResult(request, "{}");
            case "tools/list" -> sendResult(request, toolList());
            case "resources/list" ->
                sendResult(
                        request,
                        "{\"resources\":[{\"uri\":" + JsonRpcWriter.quote(String.valueOf(resourceUri())) + "}]}");
            case "resources/subscribe", "resources/unsubscribe" -> {
                log(request.method() + " " + request.params().uri());
                sendResult(request, "{}");
            }
            case "tools/call" ->
                handleCall(request, JSON.readTree(line).path("params").path("arguments"), line);
            default -> write(JsonRpcWriter.error(request.id(), JsonRpcErrors.METHOD_NOT_FOUND, "no such method", null));
        }
    }

    private static String toolList() {
        var tools = new StringBuilder("{\"tools\":[");
        var comma = "";
        for (var tool : TOOLS) {
            tools.append(comma)
                    .append("{\"name\":\"")
                    .append(tool)
                    .append(
                            "\",\"inputSchema\":{\"type\":\"object\",\"maximum\":9007199254740993},\"x-own\":{\"kept\":true}")
                    .append(tool.equals("leak") ? ",\"description\":" + JsonRpcWriter.quote("uses " + secret()) : "")
                    .append('}');
            comma = ",";
        }
        return tools.append("]}").toString();
    }

    private static void handleCall(Message.Request request, JsonNode arguments, byte[] line) {
        var tool = String.valueOf(request.params().name());
        log("call " + tool + " " + arguments.path("n").asString(""));
        switch (tool) {
            // The message as received, so that a test can check the forwarded bytes.
            case "echo" ->
                sendResult(
                        request,
                        "{\"content\":[{\"type\":\"text\",\"text\":"
                                + JsonRpcWriter.quote(new String(line, StandardCharsets.UTF_8))
                                + "}],\"structuredContent\":{\"n\":9007199254740993,\"n\":1},\"_meta\":{\"own\":1.50}}");
            case "env" ->
                sendText(
                        request,
                        String.join(
                                "\n", new java.util.TreeSet<>(System.getenv().keySet())));
            // With a progress token it sends progress at the start and at the end.
            case "slow" -> {
                var mark = arguments.path("n").asString("");
                sendProgress(request, 1, mark);
                awaitCancellation(request.id(), arguments.path("ms").asInt(100));
                sendProgress(request, 2, mark);
                sendText(request, mark + " done");
            }
            case "hang" -> {
                awaitCancellation(request.id(), 600_000);
                sendText(request, "too late");
            }
            case "crash" -> Runtime.getRuntime().halt(7);
            case "grow" -> {
                TOOLS.add("grown_" + TOOLS.size());
                write(JsonRpcWriter.notification(McpMethod.TOOLS_LIST_CHANGED, null));
                sendText(request, "grown");
            }
            case "noise" -> {
                write("this is not JSON".getBytes(StandardCharsets.UTF_8));
                write("{\"half\":".getBytes(StandardCharsets.UTF_8));
                write("{\"jsonrpc\":\"2.0\",\"id\":4711,\"result\":{}}".getBytes(StandardCharsets.UTF_8));
                write("{\"jsonrpc\":\"2.0\",\"id\":\"odd\",\"method\":\"ping\"}".getBytes(StandardCharsets.UTF_8));
                sendText(request, "after the noise");
            }
            case "big" ->
                writeBig(
                        request,
                        arguments.path("bytes").asInt(1),
                        arguments.path("id").asString("first"));
            case "leak" -> sendText(request, encodeSecret(arguments.path("how").asString("plain")));
            case "ask" -> requestFromClient(request, arguments);
            case "elicited" -> {
                write(JsonRpcWriter.notification(
                        McpMethod.ELICITATION_COMPLETE, "{\"elicitationId\":" + JsonRpcWriter.quote(secret()) + "}"));
                sendText(request, "said");
            }
            case "touch" -> {
                write(JsonRpcWriter.notification(
                        McpMethod.RESOURCES_UPDATED,
                        "{\"uri\":" + JsonRpcWriter.quote(String.valueOf(resourceUri())) + "}"));
                sendText(request, "touched");
            }
            case "pid" ->
                sendText(request, Long.toString(ProcessHandle.current().pid()));
            case "fail" -> {
                System.err.println("my token is " + secret());
                write(("{\"jsonrpc\":\"2.0\",\"id\":" + request.id() + ",\"error\":{\"code\":-32042,\"message\":"
                                + JsonRpcWriter.quote("no: " + secret()) + ",\"data\":{\"own\":[1,2]}}}")
                        .getBytes(StandardCharsets.UTF_8));
            }
            case "progress" -> {
                for (var step = 1; step <= 3; step++) {
                    write(("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":"
                                    + request.params().progressToken() + ",\"progress\":" + step + ",\"own\":"
                                    + JsonRpcWriter.quote(secret()) + "}}")
                            .getBytes(StandardCharsets.UTF_8));
                }
                sendText(request, "three steps");
            }
            default -> sendText(request, tool);
        }
    }

    /** Writes a text that need not fit in memory; the id is written first or last. */
    private static void writeBig(Message.Request request, int bytes, String id) {
        var result = "\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"";
        var first = id.equals("first");
        var head = first ? "{\"jsonrpc\":\"2.0\",\"id\":" + request.id() + "," + result : "{" + result;
        var tail = first ? "\"}]}}" : "\"}]},\"jsonrpc\":\"2.0\",\"id\":" + request.id() + "}";
        synchronized (OUT) {
            try {
                OUT.write(head.getBytes(StandardCharsets.UTF_8));
                for (var left = bytes; left > 0; left -= Math.min(left, PIECE.length)) {
                    OUT.write(PIECE, 0, Math.min(left, PIECE.length));
                }
                OUT.write((tail + "\n").getBytes(StandardCharsets.UTF_8));
                OUT.flush();
            } catch (IOException e) {
                Runtime.getRuntime().halt(1);
            }
        }
    }

    private static void sendProgress(Message.Request request, int step, String mark) {
        var token = request.params().progressToken();
        if (token != null && !mark.isEmpty()) {
            write(JsonRpcWriter.notification(
                    McpMethod.PROGRESS,
                    "{\"progressToken\":" + token + ",\"progress\":" + step + ",\"message\":"
                            + JsonRpcWriter.quote(mark) + "}"));
        }
    }

    private static @Nullable String resourceUri() {
        return System.getenv("ODD_RESOURCE");
    }

    private static String secret() {
        return System.getenv().getOrDefault("ODD_SECRET", "none");
    }

    private static String encodeSecret(String how) {
        var bytes = secret().getBytes(StandardCharsets.UTF_8);
        return switch (how) {
            case "base64" ->
                java.util.Base64.getEncoder().encodeToString(("user:" + secret()).getBytes(StandardCharsets.UTF_8));
            case "hex" -> HexFormat.of().formatHex(bytes);
            case "url" -> java.net.URLEncoder.encode(secret(), StandardCharsets.UTF_8);
            case "hash" -> hash(bytes);
            default -> "the secret is " + secret();
        };
    }

    private static String hash(byte[] bytes) {
        try {
            return HexFormat.of()
                    .formatHex(
                            java.security.MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static void awaitCancellation(JsonRpcId id, int millis) {
        try {
            var cancelled =
                    CANCELLED.computeIfAbsent(id, key -> new CountDownLatch(1)).await(millis, TimeUnit.MILLISECONDS);
            if (cancelled) {
                log("stopped " + id);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            CANCELLED.remove(id);
        }
    }

    private static void sendText(Message.Request request, String text) {
        sendResult(request, "{\"content\":[{\"type\":\"text\",\"text\":" + JsonRpcWriter.quote(text) + "}]}");
    }

    private static void sendResult(Message.Request request, String result) {
        write(JsonRpcWriter.result(request.id(), result));
    }

    private static void write(byte[] line) {
        synchronized (OUT) {
            try {
                OUT.write(line);
                OUT.write('\n');
                OUT.flush();
            } catch (IOException e) {
                Runtime.getRuntime().halt(1);
            }
        }
    }

    private static synchronized void log(String line) {
        var file = System.getenv("ODD_LOG");
        if (file == null) {
            return;
        }
        try {
            Files.writeString(Path.of(file), line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            Runtime.getRuntime().halt(2);
        }
    }
}
