package com.kruxos.rpc;

import java.time.Duration;

/**
 * What messages may take.
 *
 * @param maxBytes bytes of one
 * @param memoryGuard where there is memory for long ones
 * @param quota what long ones are counted against as they come in
 */
public record MessageLimits(int maxBytes, MemoryGuard memoryGuard, MemoryQuota quota) {
    /** Messages of this length, in the memory of this process. */
    public static MessageLimits of(int longest) {
        return new MessageLimits(longest, MemoryGuard.HEAP, MemoryQuota.UNLIMITED);
    }

    /** The same for one of those who send them. */
    public MessageLimits withQuota(MemoryQuota theirs) {
        return new MessageLimits(maxBytes, memoryGuard, theirs);
    }

    /** A message that comes in pieces, none of which may be waited for. */
    public BoundedBuffer newBuffer() {
        return newBuffer(Duration.ZERO);
    }

    /**
     * A message that comes in pieces.
     *
     * @param patience how long {@link BoundedBuffer#add} may wait for memory
     */
    public BoundedBuffer newBuffer(Duration patience) {
        return new BoundedBuffer(this, patience);
    }
}
