package com.kruxos.process;

import java.nio.file.Path;
import java.util.function.IntConsumer;

/** Starts child processes. */
public interface ProcessLauncher extends AutoCloseable {
    /**
     * Starts one child; thread-safe. When the child has exited, by itself or stopped, everything it left is killed and
     * then {@code onExit} is called once, on a thread of the launcher, with the exit status (128 + N after signal N).
     *
     * @throws CannotStart with a hint; {@code onExit} is then never called
     */
    ChildProcess start(ProcessSpec spec, IntConsumer onExit);

    /** Whether a child can be denied the network. Otherwise {@link #start} refuses a spec that asks for it. */
    boolean supportsOffline();

    /**
     * The directories that a child has for itself.
     *
     * @param preferredHome a directory of the appliance, used where the child can write to it; kept between starts
     * @return directories that exist, or will exist when the child starts
     */
    ChildDirectories directoriesFor(Path preferredHome);

    /**
     * A child's own directories.
     *
     * @param temporary may be emptied between starts
     */
    record ChildDirectories(Path home, Path temporary) {}

    /** Stops all children in parallel; later starts are refused. */
    @Override
    void close();

    /**
     * Starts children as plain processes of the appliance's own user.
     *
     * @param installationId letters, digits, {@code -} and {@code _}. It marks the children, so that
     *     {@link OrphanProcesses} finds them after the appliance was killed.
     */
    static ProcessLauncher direct(String installationId) {
        return new DirectLauncher(installationId, ExecWrappers.find());
    }

    /**
     * Starts children in systemd units, each with a user of its own.
     *
     * @param socket where systemd starts a unit for each connection
     * @param offlineSocket the same for units without network
     */
    static ProcessLauncher systemd(Path socket, Path offlineSocket) {
        return new SystemdLauncher(socket, offlineSocket);
    }
}
