package com.kruxos.cli;

/** Exit codes for scripts. The numbers are documented and do not change. */
final class ExitCode {
    static final int SUCCESS = 0;
    static final int FAILED = 1;
    static final int USAGE = 2;
    static final int NOT_FOUND = 3;
    static final int REFUSED = 4;
    static final int UNREACHABLE = 5;
    static final int NOT_AUTHENTICATED = 6;

    private ExitCode() {}

    /** The exit code for an error status of the API. */
    static int forHttpStatus(int status) {
        return switch (status) {
            case 401 -> NOT_AUTHENTICATED;
            case 404 -> NOT_FOUND;
            default -> status >= 400 && status < 500 ? REFUSED : FAILED;
        };
    }
}
