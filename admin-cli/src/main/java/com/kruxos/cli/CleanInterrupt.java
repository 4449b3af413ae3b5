package com.kruxos.cli;

/** While open, ^C ends the process with exit code 0: for commands that are meant to be ended that way. */
final class CleanInterrupt implements AutoCloseable {
    // A hook, because the JDK has no public way to handle the signal itself.
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
            // It is running: the process ends now.
        }
    }
}
