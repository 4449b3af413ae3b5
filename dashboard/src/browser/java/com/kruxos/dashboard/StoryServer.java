package com.kruxos.dashboard;

import com.kruxos.dashboard.home.LiveRegion;
import com.kruxos.dashboard.layout.Assets;
import com.kruxos.dashboard.page.StatusLevel;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Serves the stories on loopback with the content security policy of the dashboard. */
final class StoryServer implements AutoCloseable {
    private static final String CONTENT_SECURITY_POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
                    + "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    /** Browsers reconnect after this time, which is longer than any test. */
    private static final String NO_RECONNECT = "retry: 3600000\n\n";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    /** Read by the request threads. */
    private volatile boolean sendLiveEvents;

    StoryServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handleRequest);
        server.start();
    }

    void setSendLiveEvents(boolean wanted) {
        sendLiveEvents = wanted;
    }

    String url(Story story) {
        return "http://localhost:" + server.getAddress().getPort() + "/" + story.name();
    }

    private void handleRequest(HttpExchange exchange) throws IOException {
        try (exchange) {
            var path = exchange.getRequestURI().getPath();
            var asset = Assets.find(path);
            if (asset.isPresent()) {
                send(exchange, asset.get().contentType(), asset.get().bytes());
            } else if (path.equals("/live")) {
                send(exchange, "text/event-stream", liveEvents());
            } else {
                var story = Storybook.stories().stream()
                        .filter(one -> path.equals("/" + one.name()))
                        .findFirst();
                send(
                        exchange,
                        "text/html; charset=utf-8",
                        story.map(Story::bytes).orElse(new byte[0]));
            }
        }
    }

    private static void send(HttpExchange exchange, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.getResponseHeaders().set("Content-Security-Policy", CONTENT_SECURITY_POLICY);
        exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
    }

    /** One event per region with hostile texts, or none. */
    private byte[] liveEvents() {
        if (!sendLiveEvents) {
            return NO_RECONNECT.getBytes(StandardCharsets.UTF_8);
        }
        var home = new SampleData(TextVariant.HOSTILE).home(StatusLevel.RED);
        return Arrays.stream(LiveRegion.values())
                .map(region ->
                        event(region, new Story(region.id(), TextVariant.HOSTILE, false, () -> home.render(region))))
                .collect(Collectors.joining("", NO_RECONNECT, ""))
                .getBytes(StandardCharsets.UTF_8);
    }

    private static String event(LiveRegion region, Story story) {
        Function<String, String> data = line -> "data: " + line + "\n";
        return "event: " + region.id() + "\n"
                + new String(story.bytes(), StandardCharsets.UTF_8)
                        .lines()
                        .map(data)
                        .collect(Collectors.joining())
                + "\n";
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }
}
