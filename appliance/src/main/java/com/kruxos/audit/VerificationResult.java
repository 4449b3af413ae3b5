package com.kruxos.audit;

import org.jspecify.annotations.Nullable;

/**
 * The result of verifying a log.
 *
 * <p>Verification finds every change, deletion, insertion and reordering after which the rest of the log was not
 * rewritten. It cannot detect that the last records were cut off, nor that the owner of the file rewrote the log from
 * some record on: only a checkpoint stored elsewhere shows that.
 *
 * @param ok nothing is broken
 * @param records number of valid records, counted from the first
 * @param head hash of the last valid record, in hex; null when there is none
 * @param broken the first invalid record; null when all are valid
 */
public record VerificationResult(
        boolean ok,
        long records,
        @Nullable String head,
        @Nullable BrokenRecord broken) {
    /** A record by its sequence number, and what is wrong with it. */
    public record BrokenRecord(long seq, String reason) {}
}
