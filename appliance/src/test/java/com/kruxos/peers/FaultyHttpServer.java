package com.kruxos.peers;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.kruxos.rpc.FeatureKind;
import com.kruxos.rpc.JsonRpcErrors;
import com.kruxos.rpc.JsonRpcId;
import com.kruxos.rpc.JsonRpcReader;
import com.kruxos.rpc.JsonRpcWriter;
import com.kruxos.rpc.McpMethod;
import com.kruxos.rpc.Message;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A real MCP server over HTTP inside the test process that can be told to misbehave.
 *
 * <pre>
 *   /mcp        Streamable HTTP
 *   /sse        HTTP+SSE of 2024-11-05; a POST there gets 404
 *   /moved...   see {@link #redirect}
 * </pre>
 *
 * Tools: {@code echo} (the message as it arrived), {@code slow} (ms; with a token, progress before and after),
 * {@code hang}, {@code progress} (three steps, as events), {@code big} (bytes), {@code fail}, {@code headers},
 * {@code count}, {@code drop} (an event with an id, then the line breaks; {@code times}: so many times more when it is
 * resumed), {@code break} (the line breaks at once), {@code half} (events without ids, then the line breaks),
 * {@code endless} (JSON that does not end), {@code endless_event}, {@code status} (answers with status {@code n}),
 * {@code unread} (400, as if it were no JSON), {@code log} (two log messages, whatever it was told), {@code batch} (the
 * answer inside an array), {@code packed} (says it were gzip), {@code silent} (events that end without an answer),
 * {@code linger} (events that go on after the answer). Every call is counted before anything else is done.
 */
public final class FaultyHttpServer implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final List<String> TOOLS = List.of(
            "echo",
            "slow",
            "hang",
            "progress",
            "big",
            "fail",
            "headers",
            "count",
            "drop",
            "break",
            "half",
            "endless",
            "endless_event",
            "status",
            "unread",
            "log",
            "batch",
            "packed",
            "silent",
            "linger");

    static {
        System.setProperty("sun.net.httpserver.nodelay", "true"); // without it each response may wait 40 ms
        // By default it closes the 201st idle connection, and loses a request that is just arriving there.
        System.setProperty("sun.net.httpserver.maxIdleConnections", "5000");
    }

    /** A received request; of Authorization only the hash. */
    public record ObservedRequest(
            String method,
            String path,
            String rpc,
            Map<String, String> headers,
            @Nullable String authorization) {}

    private record ForcedStatus(int status, String rpc) {}

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Map<String, AtomicInteger> counts = new ConcurrentHashMap<>();
    private final List<ObservedRequest> requests = new CopyOnWriteArrayList<>();
    private final Set<String> sessions = ConcurrentHashMap.newKeySet();
    private final AtomicInteger lastNumber = new AtomicInteger();
    private final Map<JsonRpcId, CountDownLatch> cancelled = new ConcurrentHashMap<>();
    private final Map<String, byte[]> resumable = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<ForcedStatus> forcedStatuses = new ConcurrentLinkedQueue<>();
    private final List<String> logLevels = new CopyOnWriteArrayList<>();
    private final List<String> initializeRequests = new CopyOnWriteArrayList<>();
    /** The open GET streams, and the session of each. */
    private final Map<SseStream, String> getStreams = new ConcurrentHashMap<>();

    private final PagedLists lists = new PagedLists();
    private final SubscriptionLog subscriptions = new SubscriptionLog();
    private volatile boolean subscribable;
    private final Map<String, CountDownLatch> heldMethods = new ConcurrentHashMap<>();
    private final Map<String, SseStream> legacyStreams = new ConcurrentHashMap<>();

    private volatile @Nullable String token;
    private volatile boolean respondAsEvents;
    private volatile boolean stateless;
    private volatile boolean offersStreams = true;
    private volatile boolean recordsRequests = true;
    private volatile int unknownSessionStatus = 404;
    private volatile String legacyEndpoint = "/messages?sessionId=";

    private FaultyHttpServer(int port) throws IOException {
        lists.setNames(FeatureKind.TOOL, TOOLS);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(threads);
        server.createContext("/mcp", this::handleStreamable);
        server.createContext("/sse", this::handleLegacyStream);
        server.createContext("/messages", this::handleLegacyMessage);
        server.start();
    }

    /** Starts on a free port. */
    public static FaultyHttpServer start() throws IOException {
        return new FaultyHttpServer(0);
    }

    /** Starts on this port, for a restart after {@link #close}. */
    public static FaultyHttpServer start(int port) throws IOException {
        return new FaultyHttpServer(port);
    }

    public int port() {
        return server.getAddress().getPort();
    }

    public URI url() {
        return urlOf("/mcp");
    }

    public URI legacySseUrl() {
        return urlOf("/sse");
    }

    public URI urlOf(String path) {
        return URI.create("http://127.0.0.1:" + port() + path);
    }

    // Behavior.

    /** Requires {@code Bearer <token>}; other requests get 401. Null accepts all. */
    public void requireToken(@Nullable String bearer) {
        token = bearer;
    }

    /** Sends every response as an event stream. */
    public void respondAsEvents(boolean events) {
        respondAsEvents = events;
    }

    /** Assigns no session ids. */
    public void setStateless(boolean none) {
        stateless = none;
    }

    /** Whether GET opens a stream; otherwise it gets 405. */
    public void offerStreams(boolean offered) {
        offersStreams = offered;
    }

    /** The endpoint for messages of HTTP+SSE; the session id is appended. */
    public void setLegacyEndpoint(String start) {
        legacyEndpoint = start;
    }

    /** Whether requests are recorded; not while measuring. */
    public void setRecording(boolean on) {
        recordsRequests = on;
    }

    /** Lists these tools: a JSON array, or something else. */
    public void setTools(String array) {
        lists.setTools(array);
    }

    /** Lists tools with these names. */
    public void setTools(List<String> names) {
        lists.setTools(null);
        lists.setNames(FeatureKind.TOOL, names);
    }

    /** Lists these elements, which are JSON. */
    public void setList(FeatureKind kind, List<String> elements) {
        lists.setTools(null);
        lists.setJson(kind, elements);
    }

    /** Sends lists in pages of this size; accepts only its own cursors. */
    public void setPageSize(int size) {
        lists.setPageSize(size);
    }

    /** This list never ends. */
    public void makeEndless(FeatureKind kind) {
        lists.makeEndless(kind);
    }

    /** Offers these and completions for them; a completion is the message as received. */
    public void setCompletable(List<String> prompts, List<String> templates) {
        lists.setNames(FeatureKind.PROMPT, prompts);
        lists.setNames(FeatureKind.TEMPLATE, templates);
    }

    /** Forgets all sessions, as a restart does; requests in them get this status. */
    public void forgetSessions(int status) {
        unknownSessionStatus = status;
        sessions.clear();
        abortGetStreams();
    }

    /** The next request with this JSON-RPC method (or {@code GET}, {@code DELETE}) gets only this status. */
    public void refuseNext(String rpc, int status) {
        forcedStatuses.add(new ForcedStatus(status, rpc));
    }

    /** Redirects requests to {@code path}. */
    public void redirect(String path, int status, String location) {
        server.createContext(path, exchange -> {
            recordRequest(exchange, "redirected");
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().add("Location", location);
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
    }

    /** Sends a message on every open GET stream. */
    public void broadcast(String message) {
        getStreams.keySet().forEach(stream -> stream.sendEvent("n" + lastNumber.incrementAndGet(), message));
    }

    /** Offers these resources; they can be subscribed to unless they contain {@code refused}. */
    public void setResources(List<String> uris) {
        lists.setNames(FeatureKind.RESOURCE, uris);
        subscribable = true;
    }

    /** Sends that {@code uri} has changed to the sessions subscribed to {@code followed}. */
    public void sendUpdated(String followed, String uri) {
        subscribers(followed).forEach(session -> sendUpdatedTo(session, uri));
    }

    public void sendUpdatedTo(String session, String uri) {
        getStreams.forEach((stream, whose) -> {
            if (whose.equals(session)) {
                stream.sendEvent("n" + lastNumber.incrementAndGet(), SubscriptionLog.updatedNotification(uri));
            }
        });
    }

    /** Requests with this JSON-RPC method are counted, and executed only after {@link #release}. */
    public void hold(String rpc) {
        heldMethods.put(rpc, new CountDownLatch(1));
    }

    public void release(String rpc) {
        var latch = heldMethods.remove(rpc);
        if (latch != null) {
            latch.countDown();
        }
    }

    /** Aborts every open stream. */
    public void abortStreams() {
        abortGetStreams();
        legacyStreams.values().forEach(SseStream::abort);
        legacyStreams.clear();
    }

    private void abortGetStreams() {
        getStreams.keySet().forEach(SseStream::abort);
        getStreams.clear();
    }

    // Observations.

    /**
     * How often: {@code initialize}, {@code GET}, {@code DELETE}, {@code POST}, {@code call:echo}, {@code cancelled}.
     */
    public int count(String what) {
        var count = counts.get(what);
        return count == null ? 0 : count.get();
    }

    public List<ObservedRequest> requests() {
        return List.copyOf(requests);
    }

    /** The log levels it was sent, in order. */
    public List<String> logLevels() {
        return List.copyOf(logLevels);
    }

    /** Each {@code initialize} as received. */
    public List<String> initializeRequests() {
        return List.copyOf(initializeRequests);
    }

    /** The subscription requests in order: {@code subscribe a://b} and {@code unsubscribe a://b}. */
    public List<String> subscriptionRequests() {
        return subscriptions.requests();
    }

    /** The known sessions that are subscribed to this. */
    public Set<String> subscribers(String uri) {
        return subscriptions.subscribers(uri).stream()
                .filter(sessions::contains)
                .collect(Collectors.toSet());
    }

    /** Open GET streams. */
    public int openStreamCount() {
        return getStreams.size() + legacyStreams.size();
    }

    public int sessionCount() {
        return sessions.size();
    }

    @Override
    public void close() {
        closed.countDown();
        abortStreams();
        server.stop(0);
        threads.shutdownNow();
    }

    private void recordRequest(HttpExchange exchange, String rpc) {
        counts.computeIfAbsent(exchange.getRequestMethod(), key -> new AtomicInteger())
                .incrementAndGet();
        counts.computeIfAbsent(rpc, key -> new AtomicInteger()).incrementAndGet();
        if (!recordsRequests) {
            return;
        }
        var headers = new java.util.TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
        exchange.getRequestHeaders().forEach((name, values) -> {
            if (!name.equalsIgnoreCase("Authorization")) {
                headers.put(name, String.join(", ", values));
            }
        });
        requests.add(new ObservedRequest(
                exchange.getRequestMethod(),
                exchange.getRequestURI().toString(),
                rpc,
                headers,
                hash(exchange.getRequestHeaders().getFirst("Authorization"))));
    }

    private static @Nullable String hash(@Nullable String value) {
        if (value == null) {
            return null;
        }
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(value.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private void handleStreamable(HttpExchange exchange) throws IOException {
        switch (exchange.getRequestMethod()) {
            case "POST" -> handlePost(exchange);
            case "GET" -> handleGet(exchange);
            case "DELETE" -> handleDelete(exchange);
            default -> sendStatus(exchange, 405);
        }
    }

    private void handlePost(HttpExchange exchange) throws IOException {
        var body = exchange.getRequestBody().readAllBytes();
        var message = JsonRpcReader.readFromServer(body);
        var rpc = methodOf(message);
        recordRequest(exchange, rpc);
        if (isForcedToFail(exchange, rpc) || !isAuthorized(exchange)) {
            return;
        }
        awaitRelease(rpc);
        if (message instanceof Message.Request request && rpc.equals("initialize")) {
            if (!stateless) {
                var session = "s" + lastNumber.incrementAndGet() + "-" + System.nanoTime();
                sessions.add(session);
                exchange.getResponseHeaders().add("Mcp-Session-Id", session);
            }
            respond(request, body, new StreamableChannel(exchange));
            return;
        }
        if (!requireSession(exchange)) {
            return;
        }
        switch (message) {
            case Message.Request request -> respond(request, body, new StreamableChannel(exchange));
            case Message.Notification told -> {
                cancel(told);
                sendStatus(exchange, 202);
            }
            default -> sendStatus(exchange, 202);
        }
    }

    private void awaitRelease(String rpc) {
        var latch = heldMethods.get(rpc);
        try {
            if (latch != null) {
                latch.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String methodOf(Message message) {
        return switch (message) {
            case Message.Request request -> request.method();
            case Message.Notification told -> told.method();
            case Message.Reply _ -> "reply";
            case Message.Malformed _ -> "malformed";
        };
    }

    private void cancel(Message.Notification told) {
        var id = told.params().requestId();
        if (told.method().equals("notifications/cancelled") && id != null) {
            counts.computeIfAbsent("cancelled", key -> new AtomicInteger()).incrementAndGet();
            cancelled.computeIfAbsent(id, key -> new CountDownLatch(1)).countDown();
        }
    }

    private boolean isForcedToFail(HttpExchange exchange, String rpc) throws IOException {
        var next = forcedStatuses.peek();
        if (next == null || !next.rpc().equals(rpc) || !forcedStatuses.remove(next)) {
            return false;
        }
        sendStatus(exchange, next.status());
        return true;
    }

    private boolean isAuthorized(HttpExchange exchange) throws IOException {
        var wanted = token;
        if (wanted == null
                || ("Bearer " + wanted).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            return true;
        }
        exchange.getResponseHeaders().add("WWW-Authenticate", "Bearer error=\"invalid_token\"");
        sendStatus(exchange, 401);
        return false;
    }

    private boolean requireSession(HttpExchange exchange) throws IOException {
        var session = exchange.getRequestHeaders().getFirst("Mcp-Session-Id");
        if (stateless || (session != null && sessions.contains(session))) {
            return true;
        }
        sendParseError(exchange, unknownSessionStatus, -32_000);
        return false;
    }

    /** A JSON-RPC error that names no request. */
    private static void sendParseError(HttpExchange exchange, int status, int code) throws IOException {
        var error = "{\"jsonrpc\":\"2.0\",\"error\":{\"code\":" + code + ",\"message\":\"words\"},\"id\":null}";
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, error.length());
        exchange.getResponseBody().write(error.getBytes(UTF_8));
        exchange.close();
    }

    private void handleGet(HttpExchange exchange) throws IOException {
        recordRequest(exchange, "stream");
        if (isForcedToFail(exchange, "GET") || !isAuthorized(exchange)) {
            return;
        }
        if (!offersStreams) {
            sendStatus(exchange, 405);
            return;
        }
        if (!requireSession(exchange)) {
            return;
        }
        var stream = new SseStream(exchange);
        var after = exchange.getRequestHeaders().getFirst("Last-Event-ID");
        if (after != null && after.startsWith("d")) {
            resume(stream, after);
            return;
        }
        stream.write(": hello\n\n");
        getStreams.put(stream, String.valueOf(exchange.getRequestHeaders().getFirst("Mcp-Session-Id")));
        stream.awaitClosed();
        getStreams.remove(stream);
    }

    /** The event id tells how often the connection is to break again: {@code d<number>-<times>}. */
    private void resume(SseStream stream, String after) {
        var parts = after.substring(1).split("-", 2);
        var times = Integer.parseInt(parts[1]);
        var answer = resumable.get(parts[0]);
        if (times > 0 || answer == null) {
            stream.write("id: d" + parts[0] + "-" + (times - 1) + "\nretry: 10\ndata: \n\n");
            stream.abort();
        } else {
            stream.sendEvent("d" + parts[0] + "-end", new String(answer, UTF_8));
            stream.complete();
        }
    }

    private void handleDelete(HttpExchange exchange) throws IOException {
        recordRequest(exchange, "goodbye");
        if (isForcedToFail(exchange, "DELETE") || !isAuthorized(exchange) || !requireSession(exchange)) {
            return;
        }
        var session = exchange.getRequestHeaders().getFirst("Mcp-Session-Id");
        sessions.remove(session);
        sendStatus(exchange, 204);
        getStreams.forEach((stream, whose) -> {
            if (whose.equals(session)) {
                stream.abort();
            }
        });
    }

    private void handleLegacyStream(HttpExchange exchange) throws IOException {
        recordRequest(exchange, exchange.getRequestMethod().equals("GET") ? "old-stream" : "old-wrong");
        if (!isAuthorized(exchange)) {
            return;
        }
        if (!exchange.getRequestMethod().equals("GET")) {
            exchange.getRequestBody().readAllBytes();
            sendStatus(exchange, 404);
            return;
        }
        var stream = new SseStream(exchange);
        var session = "o" + lastNumber.incrementAndGet();
        legacyStreams.put(session, stream);
        stream.write("event: endpoint\ndata: " + legacyEndpoint + session + "\n\n");
        stream.awaitClosed();
        legacyStreams.remove(session);
    }

    private void handleLegacyMessage(HttpExchange exchange) throws IOException {
        var body = exchange.getRequestBody().readAllBytes();
        var message = JsonRpcReader.readFromServer(body);
        recordRequest(exchange, methodOf(message));
        if (isForcedToFail(exchange, methodOf(message)) || !isAuthorized(exchange)) {
            return;
        }
        var query = String.valueOf(exchange.getRequestURI().getQuery());
        var stream = legacyStreams.get(query.substring(query.indexOf('=') + 1));
        if (stream == null) {
            sendStatus(exchange, 404);
            return;
        }
        var text = "Accepted".getBytes(UTF_8);
        exchange.sendResponseHeaders(200, text.length);
        exchange.getResponseBody().write(text);
        var authorization = exchange.getRequestHeaders();
        exchange.close();
        switch (message) {
            case Message.Request request ->
                respond(request, body, new ResponseChannel() {
                    @Override
                    public void send(byte[] text) {
                        stream.sendEvent(null, new String(text, UTF_8));
                    }

                    @Override
                    public void sendLast(byte[] text) {
                        send(text);
                    }

                    @Override
                    public com.sun.net.httpserver.Headers headers() {
                        return authorization;
                    }

                    @Override
                    public @Nullable HttpExchange exchange() {
                        return null;
                    }
                });
            case Message.Notification told -> cancel(told);
            default -> {}
        }
    }

    /** Sends the response to one request. */
    private interface ResponseChannel {
        void send(byte[] text) throws IOException;

        void sendLast(byte[] text) throws IOException;

        com.sun.net.httpserver.Headers headers();

        /** For faults of the HTTP response itself; absent for HTTP+SSE. */
        @Nullable
        HttpExchange exchange();
    }

    /** JSON, unless a message precedes the response. */
    private final class StreamableChannel implements ResponseChannel {
        private final HttpExchange exchange;
        private @Nullable SseStream events;

        StreamableChannel(HttpExchange exchange) {
            this.exchange = exchange;
        }

        private SseStream events() throws IOException {
            if (events == null) {
                events = new SseStream(exchange);
            }
            return events;
        }

        @Override
        public void send(byte[] text) throws IOException {
            events().sendEvent(null, new String(text, UTF_8));
        }

        @Override
        public void sendLast(byte[] text) throws IOException {
            if (respondAsEvents || events != null) {
                send(text);
                events().complete();
                return;
            }
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, text.length);
            exchange.getResponseBody().write(text);
            exchange.close();
        }

        @Override
        public com.sun.net.httpserver.Headers headers() {
            return exchange.getRequestHeaders();
        }

        @Override
        public HttpExchange exchange() {
            return exchange;
        }
    }

    /** The hashes of the headers that come from the declaration of the server. */
    private static String customHeaderHashes(com.sun.net.httpserver.Headers headers) {
        return headers.keySet().stream()
                .filter(name -> name.startsWith("X-"))
                .map(name -> " " + name + "=" + hash(headers.getFirst(name)))
                .sorted()
                .collect(Collectors.joining());
    }

    private void respond(Message.Request request, byte[] body, ResponseChannel way) throws IOException {
        switch (request.method()) {
            case "initialize" -> {
                initializeRequests.add(new String(body, UTF_8));
                sendResult(
                        request,
                        way,
                        "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{\"logging\":{},\"tools\":{\"listChanged\":true}"
                                + (lists.has(FeatureKind.PROMPT) ? ",\"prompts\":{}" : "")
                                + resourcesCapability()
                                + "},\"serverInfo\":{\"name\":\"odd\",\"version\":\"1\"}}");
            }
            case "ping" -> sendResult(request, way, "{}");
            case "logging/setLevel" -> {
                logLevels.add(request.params().level());
                sendResult(request, way, "{}");
            }
            case "tools/list", "prompts/list", "resources/list", "resources/templates/list" -> sendList(request, way);
            case "resources/subscribe", "resources/unsubscribe" -> handleSubscription(request, way);
            case "prompts/get" ->
                sendResult(
                        request,
                        way,
                        "{\"messages\":[{\"role\":\"user\",\"content\":{\"type\":\"text\",\"text\":"
                                + JsonRpcWriter.quote(new String(body, UTF_8)) + "}}],\"own\":9007199254740993}");
            case "completion/complete" ->
                sendResult(
                        request,
                        way,
                        "{\"completion\":{\"values\":[" + JsonRpcWriter.quote(new String(body, UTF_8)) + "]}}");
            case "tools/call" ->
                handleCall(request, JSON.readTree(body).path("params").path("arguments"), body, way);
            default ->
                way.sendLast(JsonRpcWriter.error(request.id(), JsonRpcErrors.METHOD_NOT_FOUND, "no such method", null));
        }
    }

    private void handleSubscription(Message.Request request, ResponseChannel way) throws IOException {
        var session = String.valueOf(way.headers().getFirst("Mcp-Session-Id"));
        var uri = String.valueOf(request.params().uri());
        if (request.method().equals("resources/unsubscribe")) {
            subscriptions.unsubscribe(session, uri);
        } else if (!subscriptions.subscribe(session, uri)) {
            way.sendLast(JsonRpcWriter.error(request.id(), -32_042, "not to be followed", "own words"));
            return;
        }
        sendResult(request, way, "{}");
    }

    private String resourcesCapability() {
        if (subscribable) {
            return ",\"resources\":{\"subscribe\":true}";
        }
        return lists.has(FeatureKind.RESOURCE) || lists.has(FeatureKind.TEMPLATE) ? ",\"resources\":{}" : "";
    }

    private void sendList(Message.Request request, ResponseChannel way) throws IOException {
        var kind = FeatureKind.ofListMethod(request.knownMethod()).orElseThrow();
        var page = lists.page(kind, request.params().cursor());
        if (page == null) {
            way.sendLast(JsonRpcWriter.error(request.id(), JsonRpcErrors.INVALID_PARAMS, "not a cursor of mine", null));
        } else {
            sendResult(request, way, page);
        }
    }

    private void handleCall(Message.Request request, JsonNode arguments, byte[] body, ResponseChannel way)
            throws IOException {
        var tool = String.valueOf(request.params().name());
        counts.computeIfAbsent("call:" + tool, key -> new AtomicInteger()).incrementAndGet();
        var exchange = way.exchange();
        switch (tool) {
            case "echo" -> sendText(request, way, new String(body, UTF_8));
            case "slow" -> {
                var mark = arguments.path("n").asString("");
                sendProgress(request, way, 1, mark);
                awaitCancellation(request.id(), arguments.path("ms").asInt(100));
                sendProgress(request, way, 2, mark);
                sendText(request, way, (mark + " done").strip());
            }
            case "hang" -> awaitCancellation(request.id(), 600_000);
            case "progress" -> {
                for (var step = 1; step <= 3; step++) {
                    way.send(
                            ("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":"
                                            + request.params().progressToken() + ",\"progress\":" + step + "}}")
                                    .getBytes(UTF_8));
                }
                sendText(request, way, "three steps");
            }
            case "log" -> {
                for (var level : List.of("debug", "error")) {
                    way.send(("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{\"level\":\""
                                    + level + "\",\"data\":\"said at " + level + "\"}}")
                            .getBytes(UTF_8));
                }
                sendText(request, way, "logged");
            }
            case "big" ->
                sendText(request, way, "x".repeat(arguments.path("bytes").asInt(1)));
            case "fail" ->
                way.sendLast(("{\"jsonrpc\":\"2.0\",\"id\":" + request.id()
                                + ",\"error\":{\"code\":-32042,\"message\":\"no\",\"data\":{\"own\":[1,2]}}}")
                        .getBytes(UTF_8));
            case "headers" ->
                sendText(
                        request,
                        way,
                        String.join(" ", way.headers().keySet()) + " "
                                + hash(way.headers().getFirst("Authorization")) + customHeaderHashes(way.headers()));
            case "count" -> sendText(request, way, String.valueOf(count("tools/call")));
            case "batch" ->
                way.sendLast(("[{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{\"data\":\""
                                + "x".repeat(arguments.path("bytes").asInt(0))
                                + "\"}}, {\"jsonrpc\":\"2.0\",\"id\":" + request.id() + ",\"result\":{}}]")
                        .getBytes(UTF_8));
            default -> {
                if (exchange == null) {
                    sendText(request, way, "only over /mcp");
                } else {
                    misbehave(tool, request, arguments, exchange);
                }
            }
        }
    }

    private void misbehave(String tool, Message.Request request, JsonNode arguments, HttpExchange exchange)
            throws IOException {
        var answer = JsonRpcWriter.result(
                request.id(),
                "{\"content\":[{\"type\":\"text\",\"text\":\"" + tool
                        + "x".repeat(arguments.path("bytes").asInt(0)) + "\"}]}");
        switch (tool) {
            case "drop" -> {
                var number = String.valueOf(lastNumber.incrementAndGet());
                resumable.put(number, answer);
                var stream = new SseStream(exchange);
                stream.write("id: d" + number + "-" + arguments.path("times").asInt(0) + "\nretry: 10\ndata: \n\n");
                stream.abort();
            }
            case "break" -> exchange.close();
            case "half" -> {
                var stream = new SseStream(exchange);
                stream.sendEvent(null, "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{}}");
                stream.abort();
            }
            case "silent" -> new SseStream(exchange).complete();
            case "linger" -> {
                var stream = new SseStream(exchange);
                stream.sendEvent(null, new String(answer, UTF_8));
                stream.awaitClosed();
            }
            case "endless" -> {
                exchange.getResponseHeaders().add("Content-Type", "application/json");
                exchange.sendResponseHeaders(200, 0);
                writeEndlessly(exchange.getResponseBody(), "{\"a\":\"");
            }
            case "endless_event" -> {
                exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
                exchange.sendResponseHeaders(200, 0);
                writeEndlessly(exchange.getResponseBody(), "id: e1\nretry: 10\ndata: {\"a\":\"");
            }
            case "packed" -> {
                exchange.getResponseHeaders().add("Content-Type", "application/json");
                exchange.getResponseHeaders().add("Content-Encoding", "gzip");
                exchange.sendResponseHeaders(200, answer.length);
                exchange.getResponseBody().write(answer);
                exchange.close();
            }
            case "status" -> sendStatus(exchange, arguments.path("n").asInt(500));
            case "unread" -> sendParseError(exchange, 400, JsonRpcErrors.PARSE_ERROR);
            default -> sendStatus(exchange, 501);
        }
    }

    private void writeEndlessly(OutputStream out, String start) {
        counts.computeIfAbsent("endless", key -> new AtomicInteger()).incrementAndGet();
        try (out) {
            out.write(start.getBytes(UTF_8));
            var piece = "x".repeat(1 << 16).getBytes(UTF_8);
            while (closed.getCount() > 0) {
                out.write(piece);
            }
        } catch (IOException e) {
            counts.computeIfAbsent("cut", key -> new AtomicInteger()).incrementAndGet();
        }
    }

    private static void sendProgress(Message.Request request, ResponseChannel way, int step, String mark)
            throws IOException {
        var token = request.params().progressToken();
        if (token != null && !mark.isEmpty()) {
            way.send(JsonRpcWriter.notification(
                    McpMethod.PROGRESS,
                    "{\"progressToken\":" + token + ",\"progress\":" + step + ",\"message\":"
                            + JsonRpcWriter.quote(mark) + "}"));
        }
    }

    private void awaitCancellation(JsonRpcId id, int millis) {
        try {
            var _ = cancelled.computeIfAbsent(id, key -> new CountDownLatch(1)).await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void sendText(Message.Request request, ResponseChannel way, String text) throws IOException {
        sendResult(request, way, "{\"content\":[{\"type\":\"text\",\"text\":" + JsonRpcWriter.quote(text) + "}]}");
    }

    private static void sendResult(Message.Request request, ResponseChannel way, String result) throws IOException {
        way.sendLast(JsonRpcWriter.result(request.id(), result));
    }

    /** Sends a text with each error status, so that a test can check that it is not forwarded. */
    private static void sendStatus(HttpExchange exchange, int status) throws IOException {
        var words = status >= 400 ? "words of the server".getBytes(UTF_8) : new byte[0];
        exchange.sendResponseHeaders(status, words.length == 0 ? -1 : words.length);
        if (words.length > 0) {
            exchange.getResponseBody().write(words);
        }
        exchange.close();
    }

    private static final class SseStream {
        private final HttpExchange exchange;
        private final OutputStream out;
        private final CountDownLatch closed = new CountDownLatch(1);

        SseStream(HttpExchange exchange) throws IOException {
            this.exchange = exchange;
            exchange.getResponseHeaders().add("Content-Type", "text/event-stream; charset=utf-8");
            exchange.sendResponseHeaders(200, 0);
            out = exchange.getResponseBody();
        }

        void sendEvent(@Nullable String id, String data) {
            write((id == null ? "" : "id: " + id + "\n") + "event: message\ndata: " + data + "\n\n");
        }

        synchronized void write(String text) {
            try {
                out.write(text.getBytes(UTF_8));
                out.flush();
            } catch (IOException e) {
                closed.countDown();
            }
        }

        /** Ends the stream. */
        void complete() {
            try {
                out.close();
            } catch (IOException e) {
                // The peer has disconnected.
            }
            exchange.close();
            closed.countDown();
        }

        /** Breaks the connection. */
        void abort() {
            exchange.close();
            closed.countDown();
        }

        void awaitClosed() {
            try {
                closed.await();
            } catch (InterruptedException e) {
                abort();
            }
        }
    }
}
