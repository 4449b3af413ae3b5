package com.kruxos.audit;

import java.nio.file.Path;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Why no audit records can be written.
 *
 * @param freeingSpaceMayHelp whether the disk reserve should be released
 */
record WriteFailure(String reason, String hint, boolean freeingSpaceMayHelp) {
    private static final int BUSY = 5;
    private static final int READONLY = 8;
    private static final int IOERR = 10;
    private static final int CORRUPT = 11;
    private static final int FULL = 13;
    private static final int NOTADB = 26;

    static final WriteFailure CLOSED = new WriteFailure("the audit log is closed", "the appliance is stopping", false);

    static WriteFailure of(Throwable failure, Path file) {
        var folder = file.toAbsolutePath().getParent();
        return switch (sqliteCode(failure)) {
            case FULL ->
                new WriteFailure(
                        "the disk is full",
                        "free some MiB on the disk that holds " + folder + "; recording resumes by itself",
                        true);
            case IOERR ->
                new WriteFailure(
                        "the disk reports an error: " + failure.getMessage(),
                        "check the disk that holds " + folder + "; recording resumes by itself when it answers",
                        true);
            case READONLY ->
                new WriteFailure(
                        "the audit log cannot be written: " + failure.getMessage(),
                        "mount the disk that holds " + folder + " writable and check the owner of the files",
                        false);
            case BUSY ->
                new WriteFailure(
                        "another program holds the audit log",
                        "end the program that has " + file + " open for writing; readers do not matter",
                        false);
            case CORRUPT, NOTADB ->
                new WriteFailure(
                        "the audit log is damaged: " + failure.getMessage(),
                        "keep a copy of " + file + ", check the disk, restore a backup",
                        false);
            default ->
                new WriteFailure(
                        "writing the audit log failed: " + failure.getMessage(),
                        "see the appliance's log; recording is tried again every second",
                        false);
        };
    }

    /** SQLite's primary result code from the chain of causes; 0 when there is none. */
    static int sqliteCode(@Nullable Throwable failure) {
        for (var cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                return sql.getErrorCode() & 0xFF;
            }
        }
        return 0;
    }

    static boolean isNotADatabase(Throwable failure) {
        return sqliteCode(failure) == NOTADB;
    }
}
