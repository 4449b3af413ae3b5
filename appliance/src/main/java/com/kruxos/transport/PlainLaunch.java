package com.kruxos.transport;

import com.kruxos.host.WritePipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.IntConsumer;

/**
 * Starts children as plain processes of our own user, each in its own session, to be killed by the kernel when we die.
 *
 * <p>"When we die" means, to the kernel, when the <em>thread</em> dies that started them. So one permanent thread
 * starts them all: neither a virtual thread (its carrier may go) nor one of a pool that shrinks.
 */
final class PlainLaunch implements Launch {
    private final String home;
    private final Wrappers wrappers;
    private final Set<PlainChild> living = ConcurrentHashMap.newKeySet();

    // A fixed pool of one, given only FutureTasks: those catch everything, so its thread never ends before close().
    private final ExecutorService starter = Executors.newFixedThreadPool(
            1, Thread.ofPlatform().daemon().name("child-starter").factory());

    private volatile boolean closed;

    PlainLaunch(String home, Wrappers wrappers) {
        this.home = Marker.random(home).home();
        this.wrappers = wrappers;
    }

    @Override
    public Child start(Command command, IntConsumer ended) {
        if (closed) {
            throw new CannotStart("KruxOS is stopping", "start it again");
        }
        if (command.offline()) {
            throw new CannotStart(
                    "it is to be kept from the network, and without a unit nothing does",
                    "install KruxOS as a service of systemd, or add the server anew without --offline");
        }
        var program = Program.find(command);
        Variables.checkArguments(command);
        var arguments = new ArrayList<>(command.arguments());
        arguments.set(0, program.toString());
        var child = onStarter(new FutureTask<>(() -> spawn(command, arguments)));
        living.add(child);
        child.watch(status -> {
            living.remove(child);
            ended.accept(status);
        });
        return child;
    }

    @Override
    public boolean canBeOffline() {
        return false;
    }

    @Override
    public Folders folders(Path own) {
        return new Folders(made(own), made(own.resolve("tmp")));
    }

    private static Path made(Path folder) {
        try {
            return Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (IOException e) {
            throw new CannotStart(folder + " cannot be made: " + e.getMessage(), "check the home and its disk", e);
        }
    }

    private PlainChild spawn(Command command, List<String> arguments) {
        var marker = Marker.random(home);
        var builder = new ProcessBuilder(wrappers.around(arguments))
                .directory(command.folder().toFile());
        var pipe = WritePipe.open();
        pipe.ifPresent(input -> builder.redirectInput(input.readingEnd()));
        try {
            Variables.fill(builder.environment(), command, marker);
            var process = builder.start();
            pipe.ifPresent(WritePipe::releaseReadingEnd);
            return new PlainChild(process, pipe, marker, wrappers.makeSessions());
        } catch (IOException | RuntimeException e) {
            pipe.ifPresent(WritePipe::close);
            throw e instanceof CannotStart known ? known : refused(command, e);
        } finally {
            builder.environment().clear();
        }
    }

    private static CannotStart refused(Command command, Exception e) {
        return new CannotStart(
                "the system did not start " + command.program() + ": " + e.getMessage(),
                "check memory, process limits and the program itself",
                e);
    }

    /** Waits through interrupts: a start takes a millisecond, and one given up on would be nobody's child. */
    private PlainChild onStarter(FutureTask<PlainChild> start) {
        try {
            starter.execute(start);
        } catch (RejectedExecutionException e) {
            throw new CannotStart("KruxOS is stopping", "start it again", e);
        }
        var interrupted = false;
        try {
            while (true) {
                try {
                    return start.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    throw e.getCause() instanceof CannotStart known
                            ? known
                            : new CannotStart("starting a process failed", "see the log", e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        try (var stoppers = Executors.newVirtualThreadPerTaskExecutor()) {
            living.forEach(child -> stoppers.execute(() -> child.stop(Child.GRACE)));
        }
        // Last, because the end of its thread kills at once whatever still lives.
        starter.shutdown();
    }
}
