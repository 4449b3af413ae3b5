package com.kruxos.gateway;

import com.kruxos.rpc.MemoryGuard;

/** How much may wait for a peer that does not read. */
final class SendBufferLimit {
    /** When so many bytes wait nothing is added. One message may pass it. */
    private static final long MAX_BYTES = 32L << 20;

    /** The same while there is little memory for all. */
    private static final long LOW_MEMORY_MAX_BYTES = 1L << 20;

    private SendBufferLimit() {}

    static boolean isExceeded(long bytes) {
        return isExceeded(bytes, MemoryGuard.HEAP);
    }

    static boolean isExceeded(long bytes, MemoryGuard memory) {
        return bytes > MAX_BYTES || (bytes > LOW_MEMORY_MAX_BYTES && memory.isMemoryLow());
    }
}
