package com.kruxos.peers;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.kruxos.rpc.Codec;
import com.kruxos.rpc.Errors;
import com.kruxos.rpc.Id;
import com.kruxos.rpc.Kind;
import com.kruxos.rpc.Message;
import com.kruxos.rpc.Replies;
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
 * A real MCP server over HTTP, inside the test's process, that can be told to do what real ones do on their worst days.
 *
 * <pre>
 *   /mcp        Streamable HTTP
 *   /sse        HTTP with events of 2024-11-05; a POST there is 404
 *   /moved...   whatever {@link #redirect} says
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
public final class OddHttpServer implements AutoCloseable {
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
        System.setProperty("sun.net.httpserver.nodelay", "true"); // else each answer may wait 40 ms
        // Else it hangs up on the 201st line that waits for work, and what is just coming there is lost.
        System.setProperty("sun.net.httpserver.maxIdleConnections", "5000");
    }

    /** A request as it came; of Authorization only the hash. */
    public record Seen(
            String method,
            String path,
            String rpc,
            Map<String, String> headers,
            @Nullable String authorization) {}

    private record Forced(int status, String rpc) {}

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Map<String, AtomicInteger> counts = new ConcurrentHashMap<>();
    private final List<Seen> seen = new CopyOnWriteArrayList<>();
    private final Set<String> sessions = ConcurrentHashMap.newKeySet();
    private final AtomicInteger numbers = new AtomicInteger();
    private final Map<Id, CountDownLatch> cancelled = new ConcurrentHashMap<>();
    private final Map<String, byte[]> resumable = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<Forced> forced = new ConcurrentLinkedQueue<>();
    private final List<String> levels = new CopyOnWriteArrayList<>();
    private final List<String> introductions = new CopyOnWriteArrayList<>();
    /** The open GET streams, and the session of each. */
    private final Map<Events, String> listeners = new ConcurrentHashMap<>();

    private final Shelf shelf = new Shelf();
    private final Watched watched = new Watched();
    private volatile boolean watchable;
    private final Map<String, CountDownLatch> held = new ConcurrentHashMap<>();
    private final Map<String, Events> old = new ConcurrentHashMap<>();

    private volatile @Nullable String token;
    private volatile boolean asEvents;
    private volatile boolean stateless;
    private volatile boolean streams = true;
    private volatile boolean recording = true;
    private volatile int lost = 404;
    private volatile String oldEndpoint = "/messages?sessionId=";

    private OddHttpServer(int port) throws IOException {
        shelf.name(Kind.TOOL, TOOLS);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(threads);
        server.createContext("/mcp", this::modern);
        server.createContext("/sse", this::oldStream);
        server.createContext("/messages", this::oldMessage);
        server.start();
    }

    /** Starts on a free port. */
    public static OddHttpServer start() throws IOException {
        return new OddHttpServer(0);
    }

    /** Starts on this port; to come back after {@link #close}. */
    public static OddHttpServer start(int port) throws IOException {
        return new OddHttpServer(port);
    }

    public int port() {
        return server.getAddress().getPort();
    }

    public URI url() {
        return at("/mcp");
    }

    public URI oldUrl() {
        return at("/sse");
    }

    public URI at(String path) {
        return URI.create("http://127.0.0.1:" + port() + path);
    }

    // What it shall do.

    /** Only who shows {@code Bearer <token>} is let in; others get 401. Null lets everybody in. */
    public void require(@Nullable String bearer) {
        token = bearer;
    }

    /** Answers come as events, also short ones. */
    public void answerAsEvents(boolean events) {
        asEvents = events;
    }

    /** Gives out no sessions. */
    public void stateless(boolean none) {
        stateless = none;
    }

    /** Whether GET opens a stream; else 405. */
    public void streams(boolean offered) {
        streams = offered;
    }

    /** Where HTTP with events wants its messages; the session's id is put behind it. */
    public void oldEndpoint(String start) {
        oldEndpoint = start;
    }

    /** Keeps no list of requests; for measuring. */
    public void recording(boolean on) {
        recording = on;
    }

    /** Lists these instead, as they are written: a JSON array, or what is none. */
    public void tools(String array) {
        shelf.tools(array);
    }

    /** Lists these names. */
    public void tools(List<String> names) {
        shelf.tools(null);
        shelf.name(Kind.TOOL, names);
    }

    /** Lists these, which are JSON. */
    public void lists(Kind kind, List<String> elements) {
        shelf.tools(null);
        shelf.put(kind, elements);
    }

    /** Gives lists in pages of so many; of cursors it knows only its own. */
    public void pages(int size) {
        shelf.pages(size);
    }

    /** This list has always one more page. */
    public void endless(Kind kind) {
        shelf.endless(kind);
    }

    /** Offers these too, and completions for them; what it gives for one is the message as it arrived. */
    public void completes(List<String> prompts, List<String> templates) {
        shelf.name(Kind.PROMPT, prompts);
        shelf.name(Kind.TEMPLATE, templates);
    }

    /** What restarts do: all sessions are unknown from now on, and answered with this status. */
    public void forgetSessions(int status) {
        lost = status;
        sessions.clear();
        cutListeners();
    }

    /** The next request with this JSON-RPC method (or {@code GET}, {@code DELETE}) gets this status and no more. */
    public void refuseNext(String rpc, int status) {
        forced.add(new Forced(status, rpc));
    }

    /** Sends whoever comes to {@code path} elsewhere. */
    public void redirect(String path, int status, String location) {
        server.createContext(path, exchange -> {
            note(exchange, "redirected");
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().add("Location", location);
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
    }

    /** Says something on every open GET stream. */
    public void tell(String message) {
        listeners.keySet().forEach(stream -> stream.event("n" + numbers.incrementAndGet(), message));
    }

    /** Offers these too, which can be followed unless {@code refused} is part of them. */
    public void resources(List<String> uris) {
        shelf.name(Kind.RESOURCE, uris);
        watchable = true;
    }

    /** Says that {@code uri} has changed, to those sessions that follow {@code followed}. */
    public void changed(String followed, String uri) {
        followers(followed).forEach(session -> changedFor(session, uri));
    }

    /** The same, to one session. */
    public void changedFor(String session, String uri) {
        listeners.forEach((stream, whose) -> {
            if (whose.equals(session)) {
                stream.event("n" + numbers.incrementAndGet(), Watched.changed(uri));
            }
        });
    }

    /** From now on whatever comes with this JSON-RPC method is counted, and carried out only when released. */
    public void hold(String rpc) {
        held.put(rpc, new CountDownLatch(1));
    }

    public void release(String rpc) {
        var latch = held.remove(rpc);
        if (latch != null) {
            latch.countDown();
        }
    }

    /** Breaks every open GET stream. */
    public void cutStreams() {
        cutListeners();
        old.values().forEach(Events::cut);
        old.clear();
    }

    private void cutListeners() {
        listeners.keySet().forEach(Events::cut);
        listeners.clear();
    }

    // What it saw.

    /**
     * How often: {@code initialize}, {@code GET}, {@code DELETE}, {@code POST}, {@code call:echo}, {@code cancelled}.
     */
    public int count(String what) {
        var count = counts.get(what);
        return count == null ? 0 : count.get();
    }

    public List<Seen> seen() {
        return List.copyOf(seen);
    }

    /** The severities it was told to log from, in order. */
    public List<String> levels() {
        return List.copyOf(levels);
    }

    /** Each {@code initialize} as it arrived. */
    public List<String> introductions() {
        return List.copyOf(introductions);
    }

    /** What it was asked to let follow, in order: {@code subscribe a://b} and {@code unsubscribe a://b}. */
    public List<String> following() {
        return watched.asked();
    }

    /** The sessions it knows that follow this now. */
    public Set<String> followers(String uri) {
        return watched.followers(uri).stream().filter(sessions::contains).collect(Collectors.toSet());
    }

    /** GET streams that are open now. */
    public int listeners() {
        return listeners.size() + old.size();
    }

    public int sessions() {
        return sessions.size();
    }

    @Override
    public void close() {
        closed.countDown();
        cutStreams();
        server.stop(0);
        threads.shutdownNow();
    }

    private void note(HttpExchange exchange, String rpc) {
        counts.computeIfAbsent(exchange.getRequestMethod(), key -> new AtomicInteger())
                .incrementAndGet();
        counts.computeIfAbsent(rpc, key -> new AtomicInteger()).incrementAndGet();
        if (!recording) {
            return;
        }
        var headers = new java.util.TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
        exchange.getRequestHeaders().forEach((name, values) -> {
            if (!name.equalsIgnoreCase("Authorization")) {
                headers.put(name, String.join(", ", values));
            }
        });
        seen.add(new Seen(
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

    private void modern(HttpExchange exchange) throws IOException {
        switch (exchange.getRequestMethod()) {
            case "POST" -> post(exchange);
            case "GET" -> get(exchange);
            case "DELETE" -> delete(exchange);
            default -> status(exchange, 405);
        }
    }

    private void post(HttpExchange exchange) throws IOException {
        var body = exchange.getRequestBody().readAllBytes();
        var message = Codec.fromServer(body);
        var rpc = rpc(message);
        note(exchange, rpc);
        if (refused(exchange, rpc) || !admitted(exchange)) {
            return;
        }
        awaitRelease(rpc);
        if (message instanceof Message.Request request && rpc.equals("initialize")) {
            if (!stateless) {
                var session = "s" + numbers.incrementAndGet() + "-" + System.nanoTime();
                sessions.add(session);
                exchange.getResponseHeaders().add("Mcp-Session-Id", session);
            }
            answer(request, body, new Modern(exchange));
            return;
        }
        if (!inSession(exchange)) {
            return;
        }
        switch (message) {
            case Message.Request request -> answer(request, body, new Modern(exchange));
            case Message.Notification told -> {
                cancel(told);
                status(exchange, 202);
            }
            default -> status(exchange, 202);
        }
    }

    private void awaitRelease(String rpc) {
        var latch = held.get(rpc);
        try {
            if (latch != null) {
                latch.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String rpc(Message message) {
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

    private boolean refused(HttpExchange exchange, String rpc) throws IOException {
        var next = forced.peek();
        if (next == null || !next.rpc().equals(rpc) || !forced.remove(next)) {
            return false;
        }
        status(exchange, next.status());
        return true;
    }

    private boolean admitted(HttpExchange exchange) throws IOException {
        var wanted = token;
        if (wanted == null
                || ("Bearer " + wanted).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            return true;
        }
        exchange.getResponseHeaders().add("WWW-Authenticate", "Bearer error=\"invalid_token\"");
        status(exchange, 401);
        return false;
    }

    private boolean inSession(HttpExchange exchange) throws IOException {
        var session = exchange.getRequestHeaders().getFirst("Mcp-Session-Id");
        if (stateless || (session != null && sessions.contains(session))) {
            return true;
        }
        unread(exchange, lost, -32_000);
        return false;
    }

    /** A JSON-RPC error that names no request. */
    private static void unread(HttpExchange exchange, int status, int code) throws IOException {
        var error = "{\"jsonrpc\":\"2.0\",\"error\":{\"code\":" + code + ",\"message\":\"words\"},\"id\":null}";
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, error.length());
        exchange.getResponseBody().write(error.getBytes(UTF_8));
        exchange.close();
    }

    private void get(HttpExchange exchange) throws IOException {
        note(exchange, "stream");
        if (refused(exchange, "GET") || !admitted(exchange)) {
            return;
        }
        if (!streams) {
            status(exchange, 405);
            return;
        }
        if (!inSession(exchange)) {
            return;
        }
        var stream = new Events(exchange);
        var after = exchange.getRequestHeaders().getFirst("Last-Event-ID");
        if (after != null && after.startsWith("d")) {
            resume(stream, after);
            return;
        }
        stream.raw(": hello\n\n");
        listeners.put(stream, String.valueOf(exchange.getRequestHeaders().getFirst("Mcp-Session-Id")));
        stream.await();
        listeners.remove(stream);
    }

    /** The id says how often the line is still to break: {@code d<number>-<times>}. */
    private void resume(Events stream, String after) {
        var parts = after.substring(1).split("-", 2);
        var times = Integer.parseInt(parts[1]);
        var answer = resumable.get(parts[0]);
        if (times > 0 || answer == null) {
            stream.raw("id: d" + parts[0] + "-" + (times - 1) + "\nretry: 10\ndata: \n\n");
            stream.cut();
        } else {
            stream.event("d" + parts[0] + "-end", new String(answer, UTF_8));
            stream.end();
        }
    }

    private void delete(HttpExchange exchange) throws IOException {
        note(exchange, "goodbye");
        if (refused(exchange, "DELETE") || !admitted(exchange) || !inSession(exchange)) {
            return;
        }
        var session = exchange.getRequestHeaders().getFirst("Mcp-Session-Id");
        sessions.remove(session);
        status(exchange, 204);
        listeners.forEach((stream, whose) -> {
            if (whose.equals(session)) {
                stream.cut();
            }
        });
    }

    private void oldStream(HttpExchange exchange) throws IOException {
        note(exchange, exchange.getRequestMethod().equals("GET") ? "old-stream" : "old-wrong");
        if (!admitted(exchange)) {
            return;
        }
        if (!exchange.getRequestMethod().equals("GET")) {
            exchange.getRequestBody().readAllBytes();
            status(exchange, 404);
            return;
        }
        var stream = new Events(exchange);
        var session = "o" + numbers.incrementAndGet();
        old.put(session, stream);
        stream.raw("event: endpoint\ndata: " + oldEndpoint + session + "\n\n");
        stream.await();
        old.remove(session);
    }

    private void oldMessage(HttpExchange exchange) throws IOException {
        var body = exchange.getRequestBody().readAllBytes();
        var message = Codec.fromServer(body);
        note(exchange, rpc(message));
        if (refused(exchange, rpc(message)) || !admitted(exchange)) {
            return;
        }
        var query = String.valueOf(exchange.getRequestURI().getQuery());
        var stream = old.get(query.substring(query.indexOf('=') + 1));
        if (stream == null) {
            status(exchange, 404);
            return;
        }
        var text = "Accepted".getBytes(UTF_8);
        exchange.sendResponseHeaders(200, text.length);
        exchange.getResponseBody().write(text);
        var authorization = exchange.getRequestHeaders();
        exchange.close();
        switch (message) {
            case Message.Request request ->
                answer(request, body, new Way() {
                    @Override
                    public void say(byte[] text) {
                        stream.event(null, new String(text, UTF_8));
                    }

                    @Override
                    public void last(byte[] text) {
                        say(text);
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

    /** How an answer goes back. */
    private interface Way {
        void say(byte[] text) throws IOException;

        void last(byte[] text) throws IOException;

        com.sun.net.httpserver.Headers headers();

        /** For misbehaviour that only a POST's own answer can show. */
        @Nullable
        HttpExchange exchange();
    }

    /** JSON, unless something is said before the answer. */
    private final class Modern implements Way {
        private final HttpExchange exchange;
        private @Nullable Events events;

        Modern(HttpExchange exchange) {
            this.exchange = exchange;
        }

        private Events events() throws IOException {
            if (events == null) {
                events = new Events(exchange);
            }
            return events;
        }

        @Override
        public void say(byte[] text) throws IOException {
            events().event(null, new String(text, UTF_8));
        }

        @Override
        public void last(byte[] text) throws IOException {
            if (asEvents || events != null) {
                say(text);
                events().end();
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

    /** The hashes of the headers that are nobody's but the declaration's. */
    private static String own(com.sun.net.httpserver.Headers headers) {
        return headers.keySet().stream()
                .filter(name -> name.startsWith("X-"))
                .map(name -> " " + name + "=" + hash(headers.getFirst(name)))
                .sorted()
                .collect(Collectors.joining());
    }

    private void answer(Message.Request request, byte[] body, Way way) throws IOException {
        switch (request.method()) {
            case "initialize" -> {
                introductions.add(new String(body, UTF_8));
                result(
                        request,
                        way,
                        "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{\"logging\":{},\"tools\":{\"listChanged\":true}"
                                + (shelf.has(Kind.PROMPT) ? ",\"prompts\":{}" : "")
                                + resources()
                                + "},\"serverInfo\":{\"name\":\"odd\",\"version\":\"1\"}}");
            }
            case "ping" -> result(request, way, "{}");
            case "logging/setLevel" -> {
                levels.add(request.params().level());
                result(request, way, "{}");
            }
            case "tools/list", "prompts/list", "resources/list", "resources/templates/list" -> list(request, way);
            case "resources/subscribe", "resources/unsubscribe" -> follow(request, way);
            case "prompts/get" ->
                result(
                        request,
                        way,
                        "{\"messages\":[{\"role\":\"user\",\"content\":{\"type\":\"text\",\"text\":"
                                + Replies.quoted(new String(body, UTF_8)) + "}}],\"own\":9007199254740993}");
            case "completion/complete" ->
                result(request, way, "{\"completion\":{\"values\":[" + Replies.quoted(new String(body, UTF_8)) + "]}}");
            case "tools/call" ->
                call(request, JSON.readTree(body).path("params").path("arguments"), body, way);
            default -> way.last(Replies.error(request.id(), Errors.METHOD_NOT_FOUND, "no such method", null));
        }
    }

    private void follow(Message.Request request, Way way) throws IOException {
        var session = String.valueOf(way.headers().getFirst("Mcp-Session-Id"));
        var uri = String.valueOf(request.params().uri());
        if (request.method().equals("resources/unsubscribe")) {
            watched.leave(session, uri);
        } else if (!watched.follow(session, uri)) {
            way.last(Replies.error(request.id(), -32_042, "not to be followed", "own words"));
            return;
        }
        result(request, way, "{}");
    }

    private String resources() {
        if (watchable) {
            return ",\"resources\":{\"subscribe\":true}";
        }
        return shelf.has(Kind.RESOURCE) || shelf.has(Kind.TEMPLATE) ? ",\"resources\":{}" : "";
    }

    private void list(Message.Request request, Way way) throws IOException {
        var kind = Kind.listedBy(request.method()).orElseThrow();
        var page = shelf.page(kind, request.params().cursor());
        if (page == null) {
            way.last(Replies.error(request.id(), Errors.INVALID_PARAMS, "not a cursor of mine", null));
        } else {
            result(request, way, page);
        }
    }

    private void call(Message.Request request, JsonNode arguments, byte[] body, Way way) throws IOException {
        var tool = String.valueOf(request.params().name());
        counts.computeIfAbsent("call:" + tool, key -> new AtomicInteger()).incrementAndGet();
        var exchange = way.exchange();
        switch (tool) {
            case "echo" -> text(request, way, new String(body, UTF_8));
            case "slow" -> {
                var mark = arguments.path("n").asString("");
                step(request, way, 1, mark);
                waitFor(request.id(), arguments.path("ms").asInt(100));
                step(request, way, 2, mark);
                text(request, way, (mark + " done").strip());
            }
            case "hang" -> waitFor(request.id(), 600_000);
            case "progress" -> {
                for (var step = 1; step <= 3; step++) {
                    way.say(("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":"
                                    + request.params().progressToken() + ",\"progress\":" + step + "}}")
                            .getBytes(UTF_8));
                }
                text(request, way, "three steps");
            }
            case "log" -> {
                for (var level : List.of("debug", "error")) {
                    way.say(("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{\"level\":\""
                                    + level + "\",\"data\":\"said at " + level + "\"}}")
                            .getBytes(UTF_8));
                }
                text(request, way, "logged");
            }
            case "big" -> text(request, way, "x".repeat(arguments.path("bytes").asInt(1)));
            case "fail" ->
                way.last(("{\"jsonrpc\":\"2.0\",\"id\":" + request.id()
                                + ",\"error\":{\"code\":-32042,\"message\":\"no\",\"data\":{\"own\":[1,2]}}}")
                        .getBytes(UTF_8));
            case "headers" ->
                text(
                        request,
                        way,
                        String.join(" ", way.headers().keySet()) + " "
                                + hash(way.headers().getFirst("Authorization")) + own(way.headers()));
            case "count" -> text(request, way, String.valueOf(count("tools/call")));
            case "batch" ->
                way.last(("[{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{\"data\":\""
                                + "x".repeat(arguments.path("bytes").asInt(0))
                                + "\"}}, {\"jsonrpc\":\"2.0\",\"id\":" + request.id() + ",\"result\":{}}]")
                        .getBytes(UTF_8));
            default -> {
                if (exchange == null) {
                    text(request, way, "only over /mcp");
                } else {
                    misbehave(tool, request, arguments, exchange);
                }
            }
        }
    }

    private void misbehave(String tool, Message.Request request, JsonNode arguments, HttpExchange exchange)
            throws IOException {
        var answer = Replies.result(
                request.id(),
                "{\"content\":[{\"type\":\"text\",\"text\":\"" + tool
                        + "x".repeat(arguments.path("bytes").asInt(0)) + "\"}]}");
        switch (tool) {
            case "drop" -> {
                var number = String.valueOf(numbers.incrementAndGet());
                resumable.put(number, answer);
                var stream = new Events(exchange);
                stream.raw("id: d" + number + "-" + arguments.path("times").asInt(0) + "\nretry: 10\ndata: \n\n");
                stream.cut();
            }
            case "break" -> exchange.close();
            case "half" -> {
                var stream = new Events(exchange);
                stream.event(null, "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{}}");
                stream.cut();
            }
            case "silent" -> new Events(exchange).end();
            case "linger" -> {
                var stream = new Events(exchange);
                stream.event(null, new String(answer, UTF_8));
                stream.await();
            }
            case "endless" -> {
                exchange.getResponseHeaders().add("Content-Type", "application/json");
                exchange.sendResponseHeaders(200, 0);
                endless(exchange.getResponseBody(), "{\"a\":\"");
            }
            case "endless_event" -> {
                exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
                exchange.sendResponseHeaders(200, 0);
                endless(exchange.getResponseBody(), "id: e1\nretry: 10\ndata: {\"a\":\"");
            }
            case "packed" -> {
                exchange.getResponseHeaders().add("Content-Type", "application/json");
                exchange.getResponseHeaders().add("Content-Encoding", "gzip");
                exchange.sendResponseHeaders(200, answer.length);
                exchange.getResponseBody().write(answer);
                exchange.close();
            }
            case "status" -> status(exchange, arguments.path("n").asInt(500));
            case "unread" -> unread(exchange, 400, Errors.PARSE);
            default -> status(exchange, 501);
        }
    }

    private void endless(OutputStream out, String start) {
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

    private static void step(Message.Request request, Way way, int step, String mark) throws IOException {
        var token = request.params().progressToken();
        if (token != null && !mark.isEmpty()) {
            way.say(Replies.notification(
                    "notifications/progress",
                    "{\"progressToken\":" + token + ",\"progress\":" + step + ",\"message\":" + Replies.quoted(mark)
                            + "}"));
        }
    }

    private void waitFor(Id id, int millis) {
        try {
            var _ = cancelled.computeIfAbsent(id, key -> new CountDownLatch(1)).await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void text(Message.Request request, Way way, String text) throws IOException {
        result(request, way, "{\"content\":[{\"type\":\"text\",\"text\":" + Replies.quoted(text) + "}]}");
    }

    private static void result(Message.Request request, Way way, String result) throws IOException {
        way.last(Replies.result(request.id(), result));
    }

    /** Some words with each status, so that a test can see that they go nowhere. */
    private static void status(HttpExchange exchange, int status) throws IOException {
        var words = status >= 400 ? "words of the server".getBytes(UTF_8) : new byte[0];
        exchange.sendResponseHeaders(status, words.length == 0 ? -1 : words.length);
        if (words.length > 0) {
            exchange.getResponseBody().write(words);
        }
        exchange.close();
    }

    /** A stream of events. */
    private static final class Events {
        private final HttpExchange exchange;
        private final OutputStream out;
        private final CountDownLatch over = new CountDownLatch(1);

        Events(HttpExchange exchange) throws IOException {
            this.exchange = exchange;
            exchange.getResponseHeaders().add("Content-Type", "text/event-stream; charset=utf-8");
            exchange.sendResponseHeaders(200, 0);
            out = exchange.getResponseBody();
        }

        void event(@Nullable String id, String data) {
            raw((id == null ? "" : "id: " + id + "\n") + "event: message\ndata: " + data + "\n\n");
        }

        synchronized void raw(String text) {
            try {
                out.write(text.getBytes(UTF_8));
                out.flush();
            } catch (IOException e) {
                over.countDown();
            }
        }

        /** The regular end. */
        void end() {
            try {
                out.close();
            } catch (IOException e) {
                // The other side has gone.
            }
            exchange.close();
            over.countDown();
        }

        /** The line breaks. */
        void cut() {
            exchange.close();
            over.countDown();
        }

        void await() {
            try {
                over.await();
            } catch (InterruptedException e) {
                cut();
            }
        }
    }
}
