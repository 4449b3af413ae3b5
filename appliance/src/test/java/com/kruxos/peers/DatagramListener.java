package com.kruxos.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * Receives datagrams as a service manager does. A child process has the Unix datagram socket, because Java has none.
 */
public final class DatagramListener implements AutoCloseable {
    private static final Path PYTHON = Path.of("/usr/bin/python3");
    private static final String PROGRAM = """
            import socket, sys
            name = sys.argv[1]
            ear = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            ear.bind('\\0' + name[1:] if name.startswith('@') else name)
            print('bound', flush=True)
            while True:
                print(ear.recv(4096).decode().replace('\\n', '|'), flush=True)
            """;

    private final Process process;
    private final LinkedBlockingQueue<String> received = new LinkedBlockingQueue<>();

    private DatagramListener(Process process) {
        this.process = process;
    }

    /** Listens at a path, or at an abstract name that begins with {@code @}. */
    public static DatagramListener listenAt(String name) throws IOException {
        if (!Files.isExecutable(PYTHON)) {
            assertThat(System.getenv("CI")).as("CI must have " + PYTHON).isNotEqualTo("true");
            Assumptions.abort("skipped: there is no " + PYTHON + " here");
        }
        var process = new ProcessBuilder(PYTHON.toString(), "-B", "-c", PROGRAM, name)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        var ear = new DatagramListener(process);
        var lines = process.inputReader();
        assertThat(lines.readLine()).isEqualTo("bound");
        Thread.ofVirtual().start(() -> ear.read(lines));
        return ear;
    }

    private void read(BufferedReader lines) {
        lines.lines().forEach(received::add);
    }

    /** The next datagram, its lines separated by {@code |}. */
    public String next() throws InterruptedException {
        var next = received.poll(120, TimeUnit.SECONDS);
        assertThat(next).as("a datagram").isNotNull();
        return next == null ? "" : next;
    }

    /** The next datagram with this prefix; earlier ones are dropped. */
    public String next(String beginning) throws InterruptedException {
        var next = next();
        while (!next.startsWith(beginning)) {
            next = next();
        }
        return next;
    }

    /** All datagrams received and not yet read. */
    public List<String> drain() {
        var rest = new ArrayList<String>();
        received.drainTo(rest);
        return rest;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
