package com.kruxos.process;

import java.nio.file.Path;
import java.util.function.IntConsumer;

/** How a child process starts. What is behind it (plain, a sandbox, a unit of the system) is nobody else's business. */
public interface ProcessLauncher extends AutoCloseable {
    /**
     * Starts one child; for any thread. When the child has ended by itself or was stopped, everything it left is killed
     * and then {@code ended} is called once, on a thread of ours, with the exit status (128 and more: killed by the
     * signal of that number less 128).
     *
     * @throws CannotConnect with a hint; {@code ended} is then never called
     */
    ChildProcess start(ProcessSpec command, IntConsumer ended);

    /** Whether a child can be kept from the network. One that asks for it is started in no other way. */
    boolean supportsOffline();

    /**
     * Where a child has folders to itself.
     *
     * @param own a folder of the appliance's that would do, kept for this child from start to start
     * @return folders that are there, or will be when the child starts
     */
    ChildDirectories directoriesFor(Path own);

    /**
     * A child's own folders.
     *
     * @param home where it may keep things
     * @param temporary where things need not outlive it
     */
    record ChildDirectories(Path home, Path temporary) {}

    /** Stops every child that still lives, all at the same time, and starts none any more. */
    @Override
    void close();

    /**
     * Children as plain processes of our own user.
     *
     * @param home the id of this installation: letters, digits, {@code -} and {@code _}. It marks the children, so that
     *     {@link OrphanProcesses} recognises them after we were killed.
     */
    static ProcessLauncher direct(String home) {
        return new DirectLauncher(home, ExecWrappers.find());
    }

    /**
     * Children in units of systemd, each with a user of its own.
     *
     * @param socket where a connection becomes such a unit
     * @param offline the same for units without a network
     */
    static ProcessLauncher systemd(Path socket, Path offline) {
        return new SystemdLauncher(socket, offline);
    }
}
