package com.kruxos.cli;

/** A command that ends here: what to tell the person, what they can do, and the exit code. Never holds a secret. */
final class Failed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int exit;
    private final String hint;

    Failed(int exit, String message, String hint) {
        super(message);
        this.exit = exit;
        this.hint = hint;
    }

    /** A mistake in how the command was written. */
    static Failed usage(String message, String hint) {
        return new Failed(Exit.USAGE, message, hint);
    }

    /** The API's own words for why not. */
    static Failed problem(int status, Json problem) {
        var detail = problem.text("detail");
        var title = problem.text("title");
        var message = !detail.isEmpty() ? detail : !title.isEmpty() ? title : "the appliance answered " + status;
        return new Failed(Exit.of(status), message, problem.text("hint"));
    }

    int exit() {
        return exit;
    }

    /** Empty when there is nothing to add. */
    String hint() {
        return hint;
    }
}
