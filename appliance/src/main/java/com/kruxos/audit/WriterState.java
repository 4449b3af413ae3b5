package com.kruxos.audit;

import org.jspecify.annotations.Nullable;

/**
 * Whether the writer records, and why not. Immutable, so that callers read phase and reason together.
 *
 * <pre>
 *                 a write fails                every second
 *   RECORDING ───────────────────► REFUSING ───────────────► PROBING
 *       ▲                             ▲   the probe fails       │
 *       │                             └─────────────────────────┤
 *       └───────────────────────────────────────────────────────┘
 *                a record was written on a new connection
 * </pre>
 */
record WriterState(Phase phase, @Nullable WriteFailure failure) {
    enum Phase {
        /** Every entry is written. */
        RECORDING,
        /** New entries are refused. Outcomes of earlier intents are still tried: the disk reserve is kept for them. */
        REFUSING,
        /** As REFUSING, while the writer thread tries to record again. */
        PROBING
    }

    static final WriterState RECORDING = new WriterState(Phase.RECORDING, null);

    static WriterState refusing(WriteFailure failure) {
        return new WriterState(Phase.REFUSING, failure);
    }

    WriterState probing() {
        if (phase != Phase.REFUSING) {
            throw new IllegalStateException("no probe while " + phase);
        }
        return new WriterState(Phase.PROBING, failure);
    }

    boolean isRecording() {
        return phase == Phase.RECORDING;
    }

    /** The reason to refuse an entry: of a writer that records, only that it was closed. */
    WriteFailure refusal() {
        return failure == null ? WriteFailure.CLOSED : failure;
    }
}
