package com.kruxos.rpc;

import java.time.Duration;
import java.util.Arrays;

/** Collects bytes up to a limit, and only while there is memory. Not safe for several threads. */
public final class BoundedBuffer {
    /** Capacity that is reused for the next message. */
    private static final int RETAINED_CAPACITY = 64 << 10;

    private final int limit;
    private final MemoryGuard memoryGuard;
    private final MemoryQuota quota;
    private final Duration memoryWait;
    private byte[] bytes = {};
    private int quotaHeld;
    private int length;
    private boolean rejectedForMemory;

    public BoundedBuffer(int limit) {
        this(MessageLimits.of(limit), Duration.ZERO);
    }

    BoundedBuffer(MessageLimits limits, Duration memoryWait) {
        this.limit = limits.maxBytes();
        this.memoryGuard = limits.memoryGuard();
        this.quota = limits.quota();
        this.memoryWait = memoryWait;
    }

    public interface ByteRangeConsumer {
        void accept(byte[] bytes, int from, int to);
    }

    /** False when the limit would be exceeded or there is no memory; then nothing is added. */
    public boolean add(byte[] source, int from, int to) {
        var added = to - from;
        rejectedForMemory = false;
        if (added > limit - length) {
            return false;
        }
        if (length + added > bytes.length
                && !grow((int) Math.max(length + added, Math.min(limit, 2L * bytes.length)))) {
            rejectedForMemory = true;
            return false;
        }
        System.arraycopy(source, from, bytes, length, added);
        length += added;
        return true;
    }

    private boolean grow(int capacity) {
        var quotaNeeded = capacity > MemoryGuard.SMALL_MESSAGE_BYTES ? capacity : 0;
        var more = quotaNeeded - quotaHeld;
        if (more > 0 && !quota.tryAcquire(more)) {
            return false;
        }
        var grown = memoryGuard.tryGrow(bytes, capacity, memoryWait);
        if (grown == null) {
            quota.release(more);
            return false;
        }
        bytes = grown;
        quotaHeld = quotaNeeded;
        return true;
    }

    public boolean add(byte b) {
        return add(new byte[] {b}, 0, 1);
    }

    /** Whether the last {@link #add} failed because there is no memory. */
    public boolean rejectedForMemory() {
        return rejectedForMemory;
    }

    public int length() {
        return length;
    }

    public boolean endsWith(char ascii) {
        return length > 0 && bytes[length - 1] == ascii;
    }

    /**
     * Returns the first {@code count} bytes and clears the buffer. The array itself is returned when it fits exactly.
     */
    public byte[] take(int count) {
        var exact = count == bytes.length;
        var taken = exact ? bytes : Arrays.copyOf(bytes, count);
        reset(exact);
        return taken;
    }

    public byte[] take() {
        return take(length);
    }

    /** Passes the content to {@code consumer} and clears the buffer. */
    public void drainTo(ByteRangeConsumer consumer) {
        consumer.accept(bytes, 0, length);
        reset(false);
    }

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
