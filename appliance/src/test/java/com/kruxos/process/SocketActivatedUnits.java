package com.kruxos.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** The helper program of the units on a real socket, started for each connection by systemd-socket-activate. */
final class SocketActivatedUnits implements AutoCloseable {
    private static final Path ACTIVATION_TOOL = Path.of("/usr/bin/systemd-socket-activate");
    private static final Path PROGRAM =
            Path.of("..", "systemd", "kruxos-child").toAbsolutePath().normalize();

    private final Path socket;
    private final Process activationTool;

    private SocketActivatedUnits(Path socket, Process tool) {
        this.socket = socket;
        this.activationTool = tool;
    }

    /** Returns when the socket accepts connections. */
    static SocketActivatedUnits start(Path folder, String... before) throws IOException {
        for (var needed : List.of(ACTIVATION_TOOL, Path.of("/usr/bin/perl"))) {
            if (!Files.isExecutable(needed)) {
                assertThat(System.getenv("CI")).as("CI must have " + needed).isNotEqualTo("true");
                Assumptions.abort("skipped: " + needed + " is missing");
            }
        }
        var socket = folder.resolve("child.sock");
        var command = new ArrayList<>(List.of(before));
        command.addAll(List.of(
                ACTIVATION_TOOL.toString(), "--accept", "--inetd", "-l", socket.toString(), PROGRAM.toString()));
        var log = folder.resolve("activated.log");
        var builder = new ProcessBuilder(command).redirectError(log.toFile());
        builder.environment().put("SYSTEMD_LOG_LEVEL", "info");
        var tool = builder.start();
        // The socket file exists a moment before it accepts connections.
        Await.until("the socket accepts connections", () -> readLog(log).contains("Listening on "));
        return new SocketActivatedUnits(socket, tool);
    }

    private static String readLog(Path log) {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path socket() {
        return socket;
    }

    @Override
    public void close() {
        activationTool.destroyForcibly();
    }
}
