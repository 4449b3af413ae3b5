package com.kruxos.process;

import com.kruxos.os.ReadPipe;
import com.kruxos.os.SystemInfo;
import com.kruxos.os.UnixSocketConnection;
import com.kruxos.os.WritePipe;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Starts each child in a systemd unit, with a user, limits and a {@code /tmp} of its own, by connecting to the socket
 * that activates such units. When systemd closes the connection, the unit and every process in it are gone.
 */
final class SystemdLauncher implements ProcessLauncher {
    /** Private to each unit. A dynamic user cannot own files outside it that outlive the unit. */
    private static final Path TEMPORARY_DIRECTORY = Path.of("/tmp");

    private final Path socket;
    private final Path offlineSocket;
    private final Path temporaryDirectory;
    private final RunningChildren children = new RunningChildren();

    SystemdLauncher(Path socket, Path offlineSocket) {
        this(socket, offlineSocket, TEMPORARY_DIRECTORY);
    }

    SystemdLauncher(Path socket, Path offlineSocket, Path temporaryDirectory) {
        this.socket = socket;
        this.offlineSocket = offlineSocket;
        this.temporaryDirectory = temporaryDirectory;
    }

    @Override
    public boolean supportsOffline() {
        return true;
    }

    @Override
    public ChildDirectories directoriesFor(Path preferredHome) {
        return new ChildDirectories(homeDirectory(), temporaryDirectory);
    }

    private Path homeDirectory() {
        return temporaryDirectory.resolve("home");
    }

    @Override
    public ChildProcess start(ProcessSpec spec, IntConsumer onExit) {
        children.requireOpen();
        var _ = spec.program();
        try (var request = new UnitStartRequest(spec, List.of(homeDirectory()))) {
            var child = requestUnit(request, spec.offline() ? offlineSocket : socket);
            children.add(child);
            child.startWatching(status -> {
                children.remove(child);
                onExit.accept(status);
            });
            child.awaitStart();
            return child;
        }
    }

    private static SystemdChild requestUnit(UnitStartRequest request, Path socket) {
        var bytes = request.encode();
        var stdin = WritePipe.open();
        var stdout = ReadPipe.open();
        var stderr = ReadPipe.open();
        try {
            if (stdin.isEmpty() || stdout.isEmpty() || stderr.isEmpty()) {
                throw new CannotStart("no file descriptors are left", "raise the limit of open files (LimitNOFILE)");
            }
            var connection = connect(socket);
            try {
                connection.send(bytes, stdin.get(), stdout.get(), stderr.get());
            } catch (IOException e) {
                connection.close();
                throw e;
            }
            stdin.get().closeReadEnd();
            stdout.get().closeWriteEnd();
            stderr.get().closeWriteEnd();
            return new SystemdChild(connection, stdin.get(), stdout.get(), stderr.get());
        } catch (IOException | RuntimeException e) {
            stdin.ifPresent(WritePipe::close);
            stdout.ifPresent(SystemdChild::closeQuietly);
            stderr.ifPresent(SystemdChild::closeQuietly);
            throw e instanceof CannotStart known ? known : unreachable(socket, e);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    /** Checks who listens, because the request contains secrets: root (systemd) or our own user (tests). */
    private static UnixSocketConnection connect(Path socket) throws IOException {
        var connection = UnixSocketConnection.connect(socket);
        var peer = connection.peerUserId();
        if (peer != 0 && peer != SystemInfo.effectiveUserId()) {
            connection.close();
            throw new CannotStart(
                    "user " + peer + " listens on " + socket + ", not root or the appliance's own user",
                    "find out which program created the socket");
        }
        return connection;
    }

    private static CannotStart unreachable(Path socket, Exception e) {
        return new CannotStart(
                "no unit could be requested at " + socket + ": " + e.getMessage(),
                "systemctl status kruxos-" + socket.getFileName() + "; or set children.launch: plain in kruxos.yaml",
                e);
    }

    @Override
    public void close() {
        children.stopAll();
    }
}
