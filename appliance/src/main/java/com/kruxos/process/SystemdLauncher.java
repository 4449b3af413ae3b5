package com.kruxos.process;

import com.kruxos.egress.CannotConnect;
import com.kruxos.os.ReadPipe;
import com.kruxos.os.SystemInfo;
import com.kruxos.os.UnixSocketConnection;
import com.kruxos.os.WritePipe;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.function.IntConsumer;

/**
 * Starts each child in a unit of systemd, with a user, limits and a {@code /tmp} of its own, by connecting to the
 * socket that stands for such units. The unit is gone, with everything that was started in it, when systemd lets go of
 * the connection.
 */
final class SystemdLauncher implements ProcessLauncher {
    /** A unit has it to itself. A user that is another one each time can own nothing that stays. */
    private static final Path TEMPORARY_DIRECTORY = Path.of("/tmp");

    private final Path socket;
    private final Path offlineSocket;
    private final Path temporaryDirectory;
    private final Set<SystemdChild> children = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    SystemdLauncher(Path socket, Path offline) {
        this(socket, offline, TEMPORARY_DIRECTORY);
    }

    SystemdLauncher(Path socket, Path offline, Path temporary) {
        this.socket = socket;
        this.offlineSocket = offline;
        this.temporaryDirectory = temporary;
    }

    @Override
    public boolean supportsOffline() {
        return true;
    }

    @Override
    public ChildDirectories directoriesFor(Path own) {
        return new ChildDirectories(homeDirectory(), temporaryDirectory);
    }

    @Override
    public ChildProcess start(ProcessSpec command, IntConsumer ended) {
        if (closed) {
            throw new CannotConnect("KruxOS is stopping", "start it again");
        }
        if (command.arguments().isEmpty() || command.program().isBlank()) {
            throw new CannotConnect("the command is empty", "name a program");
        }
        try (var header = new UnitStartRequest(command, List.of(homeDirectory()))) {
            var child = requestUnit(header, command.offline() ? offlineSocket : socket);
            children.add(child);
            child.startListening(status -> {
                children.remove(child);
                ended.accept(status);
            });
            child.awaitStart();
            return child;
        }
    }

    private Path homeDirectory() {
        return temporaryDirectory.resolve("home");
    }

    private SystemdChild requestUnit(UnitStartRequest header, Path socket) {
        var bytes = header.encode();
        var stdin = WritePipe.open();
        var stdout = ReadPipe.open();
        var stderr = ReadPipe.open();
        try {
            if (stdin.isEmpty() || stdout.isEmpty() || stderr.isEmpty()) {
                throw new CannotConnect("the system has no descriptors left", "raise the limit of open files");
            }
            var line = connect(socket);
            try {
                line.send(bytes, stdin.get(), stdout.get(), stderr.get());
            } catch (IOException e) {
                line.close();
                throw e;
            }
            stdin.get().closeReadEnd();
            stdout.get().closeWriteEnd();
            stderr.get().closeWriteEnd();
            return new SystemdChild(line, stdin.get(), stdout.get(), stderr.get());
        } catch (IOException | RuntimeException e) {
            stdin.ifPresent(WritePipe::close);
            stdout.ifPresent(SystemdChild::closeQuietly);
            stderr.ifPresent(SystemdChild::closeQuietly);
            throw e instanceof CannotConnect known ? known : unreachable(socket, e);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    /** To nobody but systemd: whoever listens is told secrets. */
    private static UnixSocketConnection connect(Path socket) throws IOException {
        var line = UnixSocketConnection.connect(socket);
        var peer = line.peerUserId();
        if (peer != 0 && peer != SystemInfo.effectiveUserId()) {
            line.close();
            throw new CannotConnect(
                    socket + " is listened at by user " + peer + ", neither root nor us", "find out who made it");
        }
        return line;
    }

    private static CannotConnect unreachable(Path socket, Exception e) {
        return new CannotConnect(
                "no unit could be asked for at " + socket + ": " + e.getMessage(),
                "systemctl status " + socket.getFileName().toString().replaceFirst("^", "kruxos-")
                        + "; or set children.launch: plain in kruxos.yaml",
                e);
    }

    @Override
    public void close() {
        closed = true;
        try (var stoppers = Executors.newVirtualThreadPerTaskExecutor()) {
            children.forEach(child -> stoppers.execute(() -> child.stop(ChildProcess.STOP_GRACE)));
        }
    }
}
