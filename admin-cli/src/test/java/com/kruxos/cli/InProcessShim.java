package com.kruxos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** {@code kruxos mcp-shim} inside this process, and a client that writes and reads its lines. */
final class InProcessShim implements AutoCloseable {
    private static final int SECONDS = 60;

    private final LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final CompletableFuture<Integer> exit = new CompletableFuture<>();
    private final OutputStream in;

    private InProcessShim(Path home, Map<String, String> variables, String... arguments) {
        try {
            var input = Pipe.open();
            var output = Pipe.open();
            in = Channels.newOutputStream(input.sink());
            var environment = new HashMap<>(variables);
            environment.put("KRUXOS_HOME", home.toString());
            environment.put("HOME", home.toString());
            var world = new ProcessContext(
                    environment,
                    Channels.newInputStream(input.source()),
                    new PrintStream(Channels.newOutputStream(output.sink()), false, StandardCharsets.UTF_8),
                    new PrintStream(err, true, StandardCharsets.UTF_8),
                    Optional.empty(),
                    false,
                    InstantSource.system());
            Thread.ofPlatform().daemon().start(() -> {
                exit.complete(Kruxos.run(world, arguments));
                world.out().close();
            });
            Thread.ofPlatform().daemon().start(() -> read(output));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static InProcessShim start(Path home, Map<String, String> variables, String... arguments) {
        return new InProcessShim(home, variables, arguments);
    }

    /** One that has said hello. */
    static InProcessShim initialized(Path home, Map<String, String> variables, String... arguments) {
        var shim = start(home, variables, arguments);
        shim.send(
                "{\"jsonrpc\":\"2.0\",\"id\":\"hello\",\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-11-25\","
                        + "\"capabilities\":{},\"clientInfo\":{\"name\":\"t\",\"version\":\"1\"}}}");
        assertThat(shim.awaitResponse("\"hello\"")).contains("serverInfo");
        shim.send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
        return shim;
    }

    void send(String line) {
        sendBytes((line + "\n").getBytes(StandardCharsets.UTF_8));
    }

    void sendBytes(byte[] bytes) {
        try {
            in.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void request(Object id, String method, String params) {
        send("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"" + method + "\",\"params\":" + params + "}");
    }

    void call(Object id, String tool, String arguments) {
        request(id, "tools/call", "{\"name\":\"" + tool + "\",\"arguments\":" + arguments + "}");
    }

    /** The next line with this id; others are passed over. */
    String awaitResponse(Object id) {
        return awaitLine(line -> line.contains("\"id\":" + id + ",") || line.endsWith("\"id\":" + id + "}"));
    }

    String awaitLine(Predicate<String> wanted) {
        var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (true) {
            var line = poll(deadline - System.nanoTime());
            if (line == null) {
                throw new AssertionError("no such line; standard error: " + err());
            }
            if (wanted.test(line)) {
                return line;
            }
        }
    }

    @Nullable
    String poll(long nanos) {
        try {
            return lines.poll(Math.max(0, nanos), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    String err() {
        return err.toString(StandardCharsets.UTF_8);
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

    void endInput() {
        try {
            in.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int exitCode() {
        return exit.orTimeout(SECONDS, TimeUnit.SECONDS).join();
    }

    @Override
    public void close() {
        endInput();
    }

    private void read(Pipe output) {
        try (var reader = new BufferedReader(
                new InputStreamReader(Channels.newInputStream(output.source()), StandardCharsets.UTF_8))) {
            for (var line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.add(line);
            }
        } catch (IOException e) {
            // The test is over.
        }
    }
}
