package com.kruxos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.compression.Compression;
import org.eclipse.jetty.compression.gzip.GzipCompression;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.websocket.core.CoreSession;
import org.eclipse.jetty.websocket.core.client.WebSocketCoreClient;
import org.slf4j.Logger;
import org.slf4j.jul.JULServiceProvider;
import picocli.CommandLine;
import tools.jackson.core.json.JsonFactory;

/** {@code kruxos mcp-shim} as a client starts it: a process of its own, a message a line. */
final class ShimProcess implements AutoCloseable {
    private static final int SECONDS = 180;

    private final LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final Queue<String> err = new ConcurrentLinkedQueue<>();
    private final Process process;
    private final OutputStream in;

    private ShimProcess(Process process) {
        this.process = process;
        this.in = process.getOutputStream();
        read(process.getInputStream(), lines::add);
        read(process.getErrorStream(), err::add);
    }

    /** @param variables all that the process is given */
    static ShimProcess start(Map<String, String> variables, String... arguments) {
        var builder = new ProcessBuilder(
                Stream.concat(command().stream(), Stream.of(arguments)).toList());
        builder.environment().clear();
        builder.environment().putAll(variables);
        try {
            return new ShimProcess(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Says hello and gives back the answer. */
    String initialize() {
        send(
                "{\"jsonrpc\":\"2.0\",\"id\":\"hello\",\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-11-25\","
                        + "\"capabilities\":{},\"clientInfo\":{\"name\":\"t\",\"version\":\"1\"}}}");
        var answer = awaitResponse("\"hello\"");
        send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
        return answer;
    }

    String request(int id, String method, String params) {
        send("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"" + method + "\",\"params\":" + params + "}");
        return awaitResponse(id);
    }

    String call(int id, String tool, String arguments) {
        return request(id, "tools/call", "{\"name\":\"" + tool + "\",\"arguments\":" + arguments + "}");
    }

    void awaitErr(String part) {
        var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (!err().contains(part)) {
            assertThat(System.nanoTime())
                    .as("waiting for \"" + part + "\" in: " + err())
                    .isLessThan(deadline);
            LockSupport.parkNanos(5_000_000);
        }
    }

    String err() {
        return String.join("\n", err);
    }

    void endInput() {
        try {
            in.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int exitCode() {
        try {
            assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS)).as(err()).isTrue();
            return process.exitValue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    private void send(String line) {
        try {
            in.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            in.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(err(), e);
        }
    }

    /** The next line with this id; others are passed over. */
    private String awaitResponse(Object id) {
        var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        try {
            while (true) {
                var alive = process.isAlive();
                var line = lines.poll(1, TimeUnit.SECONDS);
                if (line == null && (!alive || System.nanoTime() > deadline)) {
                    throw new AssertionError("no answer; standard error: " + err());
                }
                if (line != null && (line.contains("\"id\":" + id + ",") || line.endsWith("\"id\":" + id + "}"))) {
                    return line;
                }
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void read(InputStream from, Consumer<String> to) {
        Thread.ofPlatform().daemon().start(() -> {
            try (var reader = new BufferedReader(new InputStreamReader(from, StandardCharsets.UTF_8))) {
                reader.lines().forEach(to);
            } catch (IOException | UncheckedIOException e) {
                // The test is over.
            }
        });
    }

    /** The shim as people start it, with nothing but the classes it needs. */
    static List<String> command() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classPath(
                        Kruxos.class,
                        CommandLine.class,
                        JsonFactory.class,
                        WebSocketCoreClient.class,
                        CoreSession.class,
                        HttpClient.class,
                        HttpHeader.class,
                        Compression.class,
                        GzipCompression.class,
                        ClientConnector.class,
                        LifeCycle.class,
                        Logger.class,
                        JULServiceProvider.class),
                Kruxos.class.getName(),
                "mcp-shim");
    }

    /** The jars or directories of these classes. */
    static String classPath(Class<?>... types) {
        return Stream.of(types)
                .map(type -> type.getProtectionDomain().getCodeSource().getLocation())
                .map(location -> Path.of(URI.create(location.toString())).toString())
                .collect(Collectors.joining(File.pathSeparator));
    }
}
