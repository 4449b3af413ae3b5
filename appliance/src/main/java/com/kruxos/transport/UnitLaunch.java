package com.kruxos.transport;

import com.kruxos.host.Host;
import com.kruxos.host.ReadPipe;
import com.kruxos.host.UnixConnection;
import com.kruxos.host.WritePipe;
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
final class UnitLaunch implements Launch {
    /** A unit has it to itself. A user that is another one each time can own nothing that stays. */
    private static final Path TEMPORARY = Path.of("/tmp");

    private final Path socket;
    private final Path offline;
    private final Path temporary;
    private final Set<UnitChild> living = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    UnitLaunch(Path socket, Path offline) {
        this(socket, offline, TEMPORARY);
    }

    UnitLaunch(Path socket, Path offline, Path temporary) {
        this.socket = socket;
        this.offline = offline;
        this.temporary = temporary;
    }

    @Override
    public boolean canBeOffline() {
        return true;
    }

    @Override
    public Folders folders(Path own) {
        return new Folders(home(), temporary);
    }

    @Override
    public Child start(Command command, IntConsumer ended) {
        if (closed) {
            throw new CannotStart("KruxOS is stopping", "start it again");
        }
        if (command.arguments().isEmpty() || command.program().isBlank()) {
            throw new CannotStart("the command is empty", "name a program");
        }
        try (var header = new ChildHeader(command, List.of(home()))) {
            var child = ask(header, command.offline() ? offline : socket);
            living.add(child);
            child.listen(status -> {
                living.remove(child);
                ended.accept(status);
            });
            child.awaitStart();
            return child;
        }
    }

    private Path home() {
        return temporary.resolve("home");
    }

    private UnitChild ask(ChildHeader header, Path socket) {
        var bytes = header.bytes();
        var stdin = WritePipe.open();
        var stdout = ReadPipe.open();
        var stderr = ReadPipe.open();
        try {
            if (stdin.isEmpty() || stdout.isEmpty() || stderr.isEmpty()) {
                throw new CannotStart("the system has no descriptors left", "raise the limit of open files");
            }
            var line = connected(socket);
            try {
                line.send(bytes, stdin.get(), stdout.get(), stderr.get());
            } catch (IOException e) {
                line.close();
                throw e;
            }
            stdin.get().releaseReadingEnd();
            stdout.get().releaseWritingEnd();
            stderr.get().releaseWritingEnd();
            return new UnitChild(line, stdin.get(), stdout.get(), stderr.get());
        } catch (IOException | RuntimeException e) {
            stdin.ifPresent(WritePipe::close);
            stdout.ifPresent(UnitChild::closeQuietly);
            stderr.ifPresent(UnitChild::closeQuietly);
            throw e instanceof CannotStart known ? known : unreachable(socket, e);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    /** To nobody but systemd: whoever listens is told secrets. */
    private static UnixConnection connected(Path socket) throws IOException {
        var line = UnixConnection.to(socket);
        var peer = line.peer();
        if (peer != 0 && peer != Host.user()) {
            line.close();
            throw new CannotStart(
                    socket + " is listened at by user " + peer + ", neither root nor us", "find out who made it");
        }
        return line;
    }

    private static CannotStart unreachable(Path socket, Exception e) {
        return new CannotStart(
                "no unit could be asked for at " + socket + ": " + e.getMessage(),
                "systemctl status " + socket.getFileName().toString().replaceFirst("^", "kruxos-")
                        + "; or set children.launch: plain in kruxos.yaml",
                e);
    }

    @Override
    public void close() {
        closed = true;
        try (var stoppers = Executors.newVirtualThreadPerTaskExecutor()) {
            living.forEach(child -> stoppers.execute(() -> child.stop(Child.GRACE)));
        }
    }
}
