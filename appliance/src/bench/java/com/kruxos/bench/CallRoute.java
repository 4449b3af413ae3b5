package com.kruxos.bench;

import com.kruxos.peers.TestAppliance;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** The transport of the agent and of the server, through the appliance and without it. */
enum CallRoute {
    WEBSOCKET_TO_STDIO("WebSocket → stdio"),
    HTTP_TO_STDIO("HTTP → stdio"),
    HTTP_TO_HTTP("HTTP → HTTP");

    private final String title;

    CallRoute(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }

    /** A session through the appliance. */
    BenchSession openThroughAppliance(BenchAppliance served) throws IOException {
        return switch (this) {
            case WEBSOCKET_TO_STDIO -> new WebSocketBenchSession(served.port(), served.key());
            case HTTP_TO_STDIO -> new HttpBenchSession(served.port(), served.key(), "echo__echo");
            case HTTP_TO_HTTP -> new HttpBenchSession(served.port(), served.key(), "remote__echo");
        };
    }

    /** The server called directly. */
    DirectServer startDirect(int sessions, RemoteEchoServer remote) throws IOException {
        if (this != HTTP_TO_HTTP) {
            return new DirectStdioServer(stdioServerCommand(1), sessions);
        }
        return new DirectServer() {
            @Override
            public BenchSession session(int session) throws IOException {
                return new HttpBenchSession(remote.port(), "", "echo");
            }

            @Override
            public void close() {}
        };
    }

    static List<String> stdioServerCommand(int tools) {
        return List.of(
                javaCommand(),
                "-XX:+UseSerialGC",
                "-Xmx64m",
                "-cp",
                TestAppliance.classPathOf(EchoStdioServer.class),
                EchoStdioServer.class.getName(),
                Integer.toString(tools));
    }

    private static String javaCommand() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** The remote server. */
    record RemoteEchoServer(Process process, int port) implements AutoCloseable {
        static RemoteEchoServer start() throws IOException {
            var process = new ProcessBuilder(
                            javaCommand(),
                            "-XX:+UseSerialGC",
                            "-Xmx64m",
                            "-cp",
                            System.getProperty("java.class.path"),
                            EchoHttpServer.class.getName())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            var said = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            return new RemoteEchoServer(
                    process, Integer.parseInt(said.readLine().strip()));
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }
}
