package com.kruxos.cli;

/** While open, Ctrl-C ends the process with exit code 0, for commands that run until interrupted. */
final class CleanInterrupt implements AutoCloseable {
    // A shutdown hook, because the JDK has no public API for signals.
    private final Thread hook = new Thread(() -> Runtime.getRuntime().halt(ExitCode.SUCCESS), "ends-well");

    private CleanInterrupt() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    static CleanInterrupt exitCleanly() {
        return new CleanInterrupt();
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The hook is running: the process is ending.
        }
    }
}
