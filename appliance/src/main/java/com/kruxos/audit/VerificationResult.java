package com.kruxos.audit;

import org.jspecify.annotations.Nullable;

/**
 * What a check of the whole log found.
 *
 * <p>It finds every change, deletion, insertion and reordering that does not rewrite all that follows. It cannot see
 * that the last records were cut off, nor that somebody who owns the file rewrote the log from some record on: only a
 * checkpoint held elsewhere shows that.
 *
 * @param ok nothing is broken
 * @param records how many records hold, counted from the first
 * @param head hash of the last record that holds, in hex; null when there is none
 * @param broken the first record that does not hold; null when all do
 */
public record VerificationResult(
        boolean ok,
        long records,
        @Nullable String head,
        @Nullable BrokenRecord broken) {
    /** The record by its number in the sequence, and what is wrong with it. */
    public record BrokenRecord(long seq, String reason) {}
}
