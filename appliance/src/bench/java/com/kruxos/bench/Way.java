package com.kruxos.bench;

import com.kruxos.peers.Trial;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** How an agent comes in and how the server behind is reached; both through the appliance and without it. */
enum Way {
    WEBSOCKET_TO_STDIO("WebSocket → stdio"),
    HTTP_TO_STDIO("HTTP → stdio"),
    HTTP_TO_HTTP("HTTP → HTTP");

    private final String title;

    Way(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }

    /** A session through the appliance. */
    Caller through(Served served) throws IOException {
        return switch (this) {
            case WEBSOCKET_TO_STDIO -> new SocketCaller(served.port(), served.key());
            case HTTP_TO_STDIO -> new HttpCaller(served.port(), served.key(), "echo__echo");
            case HTTP_TO_HTTP -> new HttpCaller(served.port(), served.key(), "remote__echo");
        };
    }

    /** The server called directly; {@code remote} is one that runs already. */
    Direct direct(int sessions, Remote remote) throws IOException {
        if (this != HTTP_TO_HTTP) {
            return new DirectServer(stdio(1), sessions);
        }
        return new Direct() {
            @Override
            public Caller caller(int session) throws IOException {
                return new HttpCaller(remote.port(), "", "echo");
            }

            @Override
            public void close() {}
        };
    }

    /** The command of the server on stdio. */
    static List<String> stdio(int tools) {
        return List.of(
                java(),
                "-XX:+UseSerialGC",
                "-Xmx64m",
                "-cp",
                Trial.places(EchoServer.class),
                EchoServer.class.getName(),
                Integer.toString(tools));
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** The server on the network. */
    record Remote(Process process, int port) implements AutoCloseable {
        static Remote start() throws IOException {
            var process = new ProcessBuilder(
                            java(),
                            "-XX:+UseSerialGC",
                            "-Xmx64m",
                            "-cp",
                            System.getProperty("java.class.path"),
                            EchoHttpServer.class.getName())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            var said = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            return new Remote(process, Integer.parseInt(said.readLine().strip()));
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }
}
