package com.kruxos.process;

import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;

/** A started process: its three streams, and a way to stop it with everything it started. */
public interface ChildProcess {
    /** The usual argument of {@link #stop}. */
    Duration STOP_GRACE = Duration.ofSeconds(5);

    /** Its process id, for display only: by the time of a signal the id may belong to another process. */
    long pid();

    OutputStream stdin();

    /** For one reader. Reads of 8 KiB and more bypass Java's buffer. */
    InputStream stdout();

    InputStream stderr();

    /**
     * Stops it: closes its input, sends SIGTERM, then SIGKILL, and kills its descendants too, detached or not, as long
     * as they kept the session or the environment they were given. Returns when none is left, at the latest shortly
     * after {@code grace}. Thread-safe; a second call waits for the first.
     *
     * @return false when a process is still left: it is blocked inside the kernel and dies when it leaves it
     */
    boolean stop(Duration grace);
}
