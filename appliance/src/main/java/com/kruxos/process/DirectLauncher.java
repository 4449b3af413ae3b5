package com.kruxos.process;

import com.kruxos.egress.CannotConnect;
import com.kruxos.os.WritePipe;
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
final class DirectLauncher implements ProcessLauncher {
    private final String installationId;
    private final ExecWrappers wrappers;
    private final Set<DirectChild> children = ConcurrentHashMap.newKeySet();

    // A fixed pool of one, given only FutureTasks: those catch everything, so its thread never ends before close().
    private final ExecutorService starter = Executors.newFixedThreadPool(
            1, Thread.ofPlatform().daemon().name("child-starter").factory());

    private volatile boolean closed;

    DirectLauncher(String home, ExecWrappers wrappers) {
        this.installationId = ChildMarker.random(home).installationId();
        this.wrappers = wrappers;
    }

    @Override
    public ChildProcess start(ProcessSpec command, IntConsumer ended) {
        if (closed) {
            throw new CannotConnect("KruxOS is stopping", "start it again");
        }
        if (command.offline()) {
            throw new CannotConnect(
                    "it is to be kept from the network, and without a unit nothing does",
                    "install KruxOS as a service of systemd, or add the server anew without --offline");
        }
        var program = ExecutableLookup.find(command);
        EnvironmentBlock.checkArguments(command);
        var arguments = new ArrayList<>(command.arguments());
        arguments.set(0, program.toString());
        var child = runOnStarter(new FutureTask<>(() -> spawn(command, arguments)));
        children.add(child);
        child.startWatching(status -> {
            children.remove(child);
            ended.accept(status);
        });
        return child;
    }

    @Override
    public boolean supportsOffline() {
        return false;
    }

    @Override
    public ChildDirectories directoriesFor(Path own) {
        return new ChildDirectories(createDirectory(own), createDirectory(own.resolve("tmp")));
    }

    private static Path createDirectory(Path folder) {
        try {
            return Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (IOException e) {
            throw new CannotConnect(folder + " cannot be made: " + e.getMessage(), "check the home and its disk", e);
        }
    }

    private DirectChild spawn(ProcessSpec command, List<String> arguments) {
        var marker = ChildMarker.random(installationId);
        var builder = new ProcessBuilder(wrappers.wrap(arguments))
                .directory(command.workingDirectory().toFile());
        var pipe = WritePipe.open();
        pipe.ifPresent(input -> builder.redirectInput(input.readEndFile()));
        try {
            EnvironmentBlock.fill(builder.environment(), command, marker);
            var process = builder.start();
            pipe.ifPresent(WritePipe::closeReadEnd);
            return new DirectChild(process, pipe, marker, wrappers.createsSessions());
        } catch (IOException | RuntimeException e) {
            pipe.ifPresent(WritePipe::close);
            throw e instanceof CannotConnect known ? known : startFailure(command, e);
        } finally {
            builder.environment().clear();
        }
    }

    private static CannotConnect startFailure(ProcessSpec command, Exception e) {
        return new CannotConnect(
                "the system did not start " + command.program() + ": " + e.getMessage(),
                "check memory, process limits and the program itself",
                e);
    }

    /** Waits through interrupts: a start takes a millisecond, and one given up on would be nobody's child. */
    private DirectChild runOnStarter(FutureTask<DirectChild> start) {
        try {
            starter.execute(start);
        } catch (RejectedExecutionException e) {
            throw new CannotConnect("KruxOS is stopping", "start it again", e);
        }
        var interrupted = false;
        try {
            while (true) {
                try {
                    return start.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    throw e.getCause() instanceof CannotConnect known
                            ? known
                            : new CannotConnect("starting a process failed", "see the log", e.getCause());
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
            children.forEach(child -> stoppers.execute(() -> child.stop(ChildProcess.STOP_GRACE)));
        }
        // Last, because the end of its thread kills at once whatever still lives.
        starter.shutdown();
    }
}
