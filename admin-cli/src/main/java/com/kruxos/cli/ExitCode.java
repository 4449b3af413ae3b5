package com.kruxos.cli;

/** What a script can branch on. The numbers are part of the documented contract. */
final class ExitCode {
    static final int SUCCESS = 0;
    static final int FAILED = 1;
    static final int USAGE = 2;
    static final int NOT_FOUND = 3;
    static final int REFUSED = 4;
    static final int UNREACHABLE = 5;
    static final int NOT_AUTHENTICATED = 6;

    private ExitCode() {}

    /** The exit code for an answer of the API that is not a success. */
    static int forHttpStatus(int status) {
        return switch (status) {
            case 401 -> NOT_AUTHENTICATED;
            case 404 -> NOT_FOUND;
            default -> status >= 400 && status < 500 ? REFUSED : FAILED;
        };
    }
}
