package com.kruxos.transport;

/** Limits the bytes of messages that wait to be sent. Guarded by its owner's lock. */
final class SendLimit {
    /** What a server that does not read may accumulate. */
    static final long MAX_QUEUED_BYTES = 32L << 20;

    /** Above the limit, so that calls can be cancelled when the queue is full. */
    private static final long PRIORITY_EXTRA_BYTES = 1 << 20;

    private final long maxBytes;
    private long bytes;

    SendLimit(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Reserves the message's bytes; false when they exceed the limit. */
    boolean reserve(OutboundMessage message) {
        var length = message.bytes().length;
        if (bytes + length > maxBytes + (message.isPriority() ? PRIORITY_EXTRA_BYTES : 0)) {
            return false;
        }
        bytes += length;
        return true;
    }

    void release(OutboundMessage message) {
        bytes -= message.bytes().length;
    }
}
