package com.kruxos.rpc;

import java.time.Duration;
import java.util.Arrays;

/** Bytes that come in pieces, up to a limit, as long as there is memory. Not for several threads at once. */
public final class BoundedBuffer {
    /** Room that is kept from one message to the next. */
    private static final int RETAINED_CAPACITY = 64 << 10;

    private final int limit;
    private final MemoryGuard memoryGuard;
    private final MemoryQuota quota;
    private final Duration memoryWait;
    private byte[] bytes = {};
    private int quotaHeld;
    private int length;
    private boolean rejectedForMemory;

    /** For little: there is memory. */
    public BoundedBuffer(int limit) {
        this(MessageLimits.of(limit), Duration.ZERO);
    }

    BoundedBuffer(MessageLimits messages, Duration patience) {
        this.limit = messages.maxBytes();
        this.memoryGuard = messages.memoryGuard();
        this.quota = messages.quota();
        this.memoryWait = patience;
    }

    /** Whoever looks at bytes. */
    public interface ByteRangeConsumer {
        void accept(byte[] bytes, int from, int to);
    }

    /** False when it would be longer than the limit, or when there is no memory; then nothing was added. */
    public boolean add(byte[] piece, int from, int to) {
        var more = to - from;
        rejectedForMemory = false;
        if (more > limit - length) {
            return false;
        }
        if (length + more > bytes.length && !grow((int) Math.max(length + more, Math.min(limit, 2L * bytes.length)))) {
            rejectedForMemory = true;
            return false;
        }
        System.arraycopy(piece, from, bytes, length, more);
        length += more;
        return true;
    }

    private boolean grow(int capacity) {
        var counts = capacity > MemoryGuard.SMALL_MESSAGE_BYTES ? capacity : 0;
        var more = counts - quotaHeld;
        if (more > 0 && !quota.tryAcquire(more)) {
            return false;
        }
        var grown = memoryGuard.tryGrow(bytes, capacity, memoryWait);
        if (grown == null) {
            quota.release(more);
            return false;
        }
        bytes = grown;
        quotaHeld = counts;
        return true;
    }

    public boolean add(byte b) {
        return add(new byte[] {b}, 0, 1);
    }

    /** Whether the last piece was not added for want of memory. */
    public boolean rejectedForMemory() {
        return rejectedForMemory;
    }

    public int length() {
        return length;
    }

    public boolean endsWith(char ascii) {
        return length > 0 && bytes[length - 1] == ascii;
    }

    /** The first {@code count} bytes; then it is empty again. What fits exactly is given away and not copied. */
    public byte[] take(int count) {
        var exact = count == bytes.length;
        var taken = exact ? bytes : Arrays.copyOf(bytes, count);
        reset(exact);
        return taken;
    }

    public byte[] take() {
        return take(length);
    }

    /** Shows what is there, and drops it. */
    public void drainTo(ByteRangeConsumer reader) {
        reader.accept(bytes, 0, length);
        reset(false);
    }

    /** Drops what is there. */
    public void clear() {
        reset(false);
    }

    private void reset(boolean givenAway) {
        length = 0;
        if (quotaHeld > 0) {
            quota.release(quotaHeld);
            quotaHeld = 0;
        }
        if (givenAway || bytes.length > RETAINED_CAPACITY) {
            bytes = new byte[0];
        }
    }
}
