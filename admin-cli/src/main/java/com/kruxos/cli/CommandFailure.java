package com.kruxos.cli;

/** A command that ends here: what to tell the person, what they can do, and the exit code. Never holds a secret. */
final class CommandFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int exitCode;
    private final String hint;

    CommandFailure(int exit, String message, String hint) {
        super(message);
        this.exitCode = exit;
        this.hint = hint;
    }

    /** A mistake in how the command was written. */
    static CommandFailure usage(String message, String hint) {
        return new CommandFailure(ExitCode.USAGE, message, hint);
    }

    /** The API's own words for why not. */
    static CommandFailure fromProblem(int status, JsonValue problem) {
        var detail = problem.text("detail");
        var title = problem.text("title");
        var message = !detail.isEmpty() ? detail : !title.isEmpty() ? title : "the appliance answered " + status;
        return new CommandFailure(ExitCode.forHttpStatus(status), message, problem.text("hint"));
    }

    int exitCode() {
        return exitCode;
    }

    /** Empty when there is nothing to add. */
    String hint() {
        return hint;
    }
}
