package com.kruxos.process;

import com.kruxos.os.WritePipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.IntConsumer;

/**
 * Starts children as plain processes of the appliance's own user, each in its own session. The kernel kills them when
 * the appliance dies ({@code PR_SET_PDEATHSIG}).
 *
 * <p>To the kernel the parent dies when the <em>thread</em> that started the child exits. So one permanent platform
 * thread starts all children: neither a virtual thread, whose carrier may exit, nor a thread of a pool that shrinks.
 */
final class DirectLauncher implements ProcessLauncher {
    private final String installationId;
    private final ExecWrappers wrappers;
    private final RunningChildren children = new RunningChildren();

    // A fixed pool of one that runs only FutureTasks, which catch every throwable: its thread lives until close().
    private final ExecutorService starter = Executors.newFixedThreadPool(
            1, Thread.ofPlatform().daemon().name("child-starter").factory());

    /** @throws IllegalArgumentException when {@link ChildMarker} cannot hold the id */
    DirectLauncher(String installationId, ExecWrappers wrappers) {
        this.installationId = ChildMarker.random(installationId).installationId();
        this.wrappers = wrappers;
    }

    @Override
    public ChildProcess start(ProcessSpec spec, IntConsumer onExit) {
        children.requireOpen();
        if (spec.offline()) {
            throw new CannotStart(
                    "the server must have no network, which only a systemd unit can enforce",
                    "install KruxOS as a systemd service, or add the server again without --offline");
        }
        var program = ExecutableLookup.find(spec);
        EnvironmentBlock.checkArguments(spec);
        var arguments = new ArrayList<>(spec.arguments());
        arguments.set(0, program.toString());
        var child = runOnStarter(new FutureTask<>(() -> spawn(spec, arguments)));
        children.add(child);
        child.startWatching(status -> {
            children.remove(child);
            onExit.accept(status);
        });
        return child;
    }

    @Override
    public boolean supportsOffline() {
        return false;
    }

    @Override
    public ChildDirectories directoriesFor(Path preferredHome) {
        return new ChildDirectories(createDirectory(preferredHome), createDirectory(preferredHome.resolve("tmp")));
    }

    private static Path createDirectory(Path directory) {
        try {
            return Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (IOException e) {
            throw new CannotStart(
                    directory + " could not be created: " + e.getMessage(),
                    "check the permissions and free space of the home",
                    e);
        }
    }

    private DirectChild spawn(ProcessSpec spec, List<String> arguments) {
        var marker = ChildMarker.random(installationId);
        var builder = new ProcessBuilder(wrappers.wrap(arguments))
                .directory(spec.workingDirectory().toFile());
        var pipe = WritePipe.open();
        pipe.ifPresent(input -> builder.redirectInput(input.readEndFile()));
        try {
            EnvironmentBlock.fill(builder.environment(), spec, marker);
            var process = builder.start();
            pipe.ifPresent(WritePipe::closeReadEnd);
            return new DirectChild(process, pipe, marker, wrappers.createsSessions());
        } catch (IOException | RuntimeException e) {
            pipe.ifPresent(WritePipe::close);
            throw e instanceof CannotStart known ? known : startFailure(spec, e);
        } finally {
            builder.environment().clear();
        }
    }

    private static CannotStart startFailure(ProcessSpec spec, Exception e) {
        return new CannotStart(
                "the system could not start " + spec.program() + ": " + e.getMessage(),
                "check memory, process limits and the program itself",
                e);
    }

    /** Ignores interrupts while it waits: a start takes a millisecond, and a child nobody waits for would be leaked. */
    private DirectChild runOnStarter(FutureTask<DirectChild> start) {
        try {
            starter.execute(start);
        } catch (RejectedExecutionException e) {
            throw RunningChildren.stopping();
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
                            : new CannotStart("starting the process failed", "see the log", e.getCause());
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
        children.stopAll();
        // Last: when the starter thread exits, the kernel kills the children that are left.
        starter.shutdown();
    }
}
