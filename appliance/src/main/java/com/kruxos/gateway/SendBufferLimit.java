package com.kruxos.gateway;

import com.kruxos.rpc.MemoryGuard;

/** How many bytes may be queued for a peer that does not read. */
final class SendBufferLimit {
    /** Nothing is added to a queue with more bytes. A single message may be longer. */
    private static final long MAX_BYTES = 32L << 20;

    private static final long LOW_MEMORY_MAX_BYTES = 1L << 20;

    private final MemoryGuard memoryGuard;

    SendBufferLimit(MemoryGuard memoryGuard) {
        this.memoryGuard = memoryGuard;
    }

    boolean isExceeded(long queuedBytes) {
        return queuedBytes > MAX_BYTES || (queuedBytes > LOW_MEMORY_MAX_BYTES && memoryGuard.isMemoryLow());
    }
}
