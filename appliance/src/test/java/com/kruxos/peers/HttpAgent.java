package com.kruxos.peers;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An agent over Streamable HTTP that shows every header to the test. */
public final class HttpAgent implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final HttpClient client;
    private final URI address;
    private final String key;
    private final Duration timeout;
    private @Nullable String session;

    public HttpAgent(int port, String key) {
        this(port, key, Duration.ofSeconds(60));
    }

    /** @param timeout for the head of a response */
    public HttpAgent(int port, String key, Duration timeout) {
        this(HttpClient.newHttpClient(), URI.create("http://127.0.0.1:" + port + "/mcp"), key, timeout);
    }

    /** With a client that has its own trust store. */
    public HttpAgent(HttpClient client, URI address, String key) {
        this(client, address, key, Duration.ofSeconds(60));
    }

    private HttpAgent(HttpClient client, URI address, String key, Duration timeout) {
        this.client = client;
        this.address = address;
        this.timeout = timeout;
        this.key = key;
    }

    /** The status of an unauthenticated GET; 0 without a response. */
    public static int getStatus(int port, String path) {
        try (var client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException e) {
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    /** A response, read to its end. */
    public record HttpAgentResponse(int status, HttpResponse<InputStream> response, String body) {
        public boolean isEventStream() {
            return contentType().equals("text/event-stream");
        }

        public String contentType() {
            return response.headers().firstValue("Content-Type").orElse("");
        }

        public JsonNode json() {
            return JSON.readTree(isEventStream() ? messages().getLast() : body);
        }

        /** The messages of a stream in order. */
        public List<String> messages() {
            return SseEventParser.parseAll(body).stream()
                    .map(SseEvent::data)
                    .filter(data -> !data.isEmpty())
                    .toList();
        }
    }

    public record SseEvent(String id, String data) {}

    public static final class SseEventParser {
        private SseEventParser() {}

        public static List<SseEvent> parseAll(String text) {
            var events = new ArrayList<SseEvent>();
            for (var block : text.split("\n\n", -1)) {
                var event = parse(block);
                if (event != null) {
                    events.add(event);
                }
            }
            return events;
        }

        static @Nullable SseEvent parse(String block) {
            var id = "";
            String data = null;
            for (var line : block.split("\n", -1)) {
                if (line.startsWith("id: ")) {
                    id = line.substring(4);
                } else if (line.startsWith("data: ")) {
                    data = line.substring(6);
                }
            }
            return data == null ? null : new SseEvent(id, data);
        }
    }

    public @Nullable String session() {
        return session;
    }

    public void session(@Nullable String id) {
        session = id;
    }

    /** Initializes a session and uses it from now on. */
    public HttpAgentResponse initialize(String version) {
        var answer = post("{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\""
                + version + "\",\"capabilities\":{},\"clientInfo\":{\"name\":\"raw-http\",\"version\":\"1\"}}}");
        session = answer.response().headers().firstValue("Mcp-Session-Id").orElse(null);
        return answer;
    }

    public HttpAgentResponse initialize() {
        return initialize("2025-11-25");
    }

    public HttpAgentResponse call(Object id, String tool, String arguments) {
        return post(request(id, tool, arguments));
    }

    public static String request(Object id, String tool, String arguments) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"tools/call\",\"params\":{\"name\":\"" + tool
                + "\",\"arguments\":" + arguments + "}}";
    }

    public String callText(Object id, String tool, String arguments) {
        var answer = call(id, tool, arguments).json();
        return answer.path("result").path("content").path(0).path("text").asString(answer.toString());
    }

    public HttpAgentResponse post(String body) {
        return post(body, builder -> builder);
    }

    public HttpAgentResponse post(String body, UnaryOperator<HttpRequest.Builder> more) {
        return post(body.getBytes(StandardCharsets.UTF_8), more);
    }

    public HttpAgentResponse post(byte[] body, UnaryOperator<HttpRequest.Builder> more) {
        return readAll(send(builder -> more.apply(builder.setHeader("Content-Type", "application/json")
                .setHeader("Accept", "application/json, text/event-stream")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body)))));
    }

    public HttpAgentResponse delete() {
        return readAll(send(HttpRequest.Builder::DELETE));
    }

    /** Opens the GET stream; closing the body disconnects. */
    public HttpResponse<InputStream> openStream(@Nullable String lastEventId) {
        return send(builder -> {
            builder.setHeader("Accept", "text/event-stream").GET();
            return lastEventId == null ? builder : builder.setHeader("Last-Event-ID", lastEventId);
        });
    }

    public HttpResponse<InputStream> send(UnaryOperator<HttpRequest.Builder> how) {
        var builder = HttpRequest.newBuilder(address).timeout(timeout).setHeader("Authorization", "Bearer " + key);
        if (session != null) {
            builder.setHeader("Mcp-Session-Id", session);
        }
        try {
            return client.send(how.apply(builder).build(), HttpResponse.BodyHandlers.ofInputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Reads the next event or comment as text. */
    public static String readBlock(InputStream stream) {
        var text = new StringBuilder();
        try {
            while (!text.toString().endsWith("\n\n")) {
                var c = stream.read();
                if (c < 0) {
                    return text.toString();
                }
                text.append((char) c);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    /** The next event with a message. */
    public static SseEvent readEvent(InputStream stream) {
        while (true) {
            var block = readBlock(stream);
            var event = SseEventParser.parse(block);
            if (event != null && !event.data().isEmpty()) {
                return event;
            }
            if (block.isEmpty()) {
                throw new AssertionError("the stream ended");
            }
        }
    }

    private static HttpAgentResponse readAll(HttpResponse<InputStream> response) {
        try (var body = response.body()) {
            return new HttpAgentResponse(
                    response.statusCode(), response, new String(body.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
