package com.kruxos.cli;

/** Ends a command with a message, a hint and an exit code. Never contains a secret. */
final class CommandFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int exitCode;
    private final String hint;

    CommandFailure(int exit, String message, String hint) {
        super(message);
        this.exitCode = exit;
        this.hint = hint;
    }

    /** An invalid command line. */
    static CommandFailure usage(String message, String hint) {
        return new CommandFailure(ExitCode.USAGE, message, hint);
    }

    /** The reason from the API's problem document. */
    static CommandFailure fromProblem(int status, JsonValue problem) {
        var detail = problem.text("detail");
        var title = problem.text("title");
        var message =
                !detail.isEmpty() ? detail : !title.isEmpty() ? title : "the appliance responded with status " + status;
        return new CommandFailure(ExitCode.forHttpStatus(status), message, problem.text("hint"));
    }

    int exitCode() {
        return exitCode;
    }

    /** The next step; may be empty. */
    String hint() {
        return hint;
    }
}
