package com.kruxos.cli;

/** While open, ^C ends the process with exit code 0: for commands that are meant to be ended that way. */
final class Interrupt implements AutoCloseable {
    // A hook, because the JDK has no public way to handle the signal itself.
    private final Thread hook = new Thread(() -> Runtime.getRuntime().halt(Exit.DONE), "ends-well");

    private Interrupt() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    static Interrupt endsWell() {
        return new Interrupt();
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
