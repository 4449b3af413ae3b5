package com.kruxos.rpc;

import java.time.Duration;
import java.util.Arrays;

/** Bytes that come in pieces, up to a limit, as long as there is memory. Not for several threads at once. */
public final class Growing {
    /** Room that is kept from one message to the next. */
    private static final int KEPT = 64 << 10;

    private final int limit;
    private final Room room;
    private final Quota quota;
    private final Duration patience;
    private byte[] bytes = {};
    private int counted;
    private int length;
    private boolean crowded;

    /** For little: there is memory. */
    public Growing(int limit) {
        this(Allowance.of(limit), Duration.ZERO);
    }

    Growing(Allowance messages, Duration patience) {
        this.limit = messages.longest();
        this.room = messages.room();
        this.quota = messages.quota();
        this.patience = patience;
    }

    /** Whoever looks at bytes. */
    public interface Reader {
        void read(byte[] bytes, int from, int to);
    }

    /** False when it would be longer than the limit, or when there is no memory; then nothing was added. */
    public boolean add(byte[] piece, int from, int to) {
        var more = to - from;
        crowded = false;
        if (more > limit - length) {
            return false;
        }
        if (length + more > bytes.length && !grow((int) Math.max(length + more, Math.min(limit, 2L * bytes.length)))) {
            crowded = true;
            return false;
        }
        System.arraycopy(piece, from, bytes, length, more);
        length += more;
        return true;
    }

    private boolean grow(int capacity) {
        var counts = capacity > Room.SHORT ? capacity : 0;
        var more = counts - counted;
        if (more > 0 && !quota.take(more)) {
            return false;
        }
        var grown = room.grown(bytes, capacity, patience);
        if (grown == null) {
            quota.give(more);
            return false;
        }
        bytes = grown;
        counted = counts;
        return true;
    }

    public boolean add(byte b) {
        return add(new byte[] {b}, 0, 1);
    }

    /** Whether the last piece was not added for want of memory. */
    public boolean crowded() {
        return crowded;
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
        empty(exact);
        return taken;
    }

    public byte[] take() {
        return take(length);
    }

    /** Shows what is there, and drops it. */
    public void drop(Reader reader) {
        reader.read(bytes, 0, length);
        empty(false);
    }

    /** Drops what is there. */
    public void forget() {
        empty(false);
    }

    private void empty(boolean givenAway) {
        length = 0;
        if (counted > 0) {
            quota.give(counted);
            counted = 0;
        }
        if (givenAway || bytes.length > KEPT) {
            bytes = new byte[0];
        }
    }
}
