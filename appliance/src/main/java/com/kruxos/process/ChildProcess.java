package com.kruxos.process;

import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;

/** A started process: three byte streams, and a way to end it with everything it started. */
public interface ChildProcess {
    /** How long {@link #stop} takes at most when nothing special is asked for. */
    Duration STOP_GRACE = Duration.ofSeconds(5);

    /** Its process id, for people to look at. Never signal it: it may be somebody else's number by now. */
    long pid();

    OutputStream stdin();

    /** To be read by one thread. Reads of 8 KiB and more go straight to the pipe. */
    InputStream stdout();

    InputStream stderr();

    /**
     * Ends it: first its input is closed, then it is asked to end, then it is killed; after that nothing it started is
     * left, however it detached itself, as long as it kept either its session or the environment it was given. Returns
     * when that is so, at the latest shortly after {@code grace}. For any thread; a second call waits for the first.
     *
     * @return false when something is still left: it hangs inside the kernel, and dies as soon as it comes out
     */
    boolean stop(Duration grace);
}
