package com.kruxos.rpc;

import java.time.Duration;

/**
 * The limits of messages.
 *
 * @param maxBytes the length of one message
 * @param memoryGuard refuses long messages when memory is low
 * @param quota counts long messages of one sender while they are received
 */
public record MessageLimits(int maxBytes, MemoryGuard memoryGuard, MemoryQuota quota) {
    /** A limit of length only. */
    public static MessageLimits of(int maxBytes) {
        return new MessageLimits(maxBytes, MemoryGuard.NONE, MemoryQuota.UNLIMITED);
    }

    public MessageLimits withQuota(MemoryQuota other) {
        return new MessageLimits(maxBytes, memoryGuard, other);
    }

    /** A buffer that does not wait for memory. */
    public BoundedBuffer newBuffer() {
        return newBuffer(Duration.ZERO);
    }

    /**
     * A buffer for one message at a time.
     *
     * @param memoryWait how long {@link BoundedBuffer#add} may wait for memory
     */
    public BoundedBuffer newBuffer(Duration memoryWait) {
        return new BoundedBuffer(this, memoryWait);
    }
}
