package com.kruxos.rpc;

import java.time.Duration;
import java.util.Arrays;

/** Bytes that come in pieces, up to a limit, as long as there is memory. Not for several threads at once. */
public final class Growing {
    /** Room that is kept from one message to the next. */
    private static final int KEPT = 64 << 10;

    private final int limit;
    private final Room room;
    private final Duration patience;
    private byte[] bytes = {};
    private int length;
    private boolean crowded;

    /** For little: there is memory. */
    public Growing(int limit) {
        this(limit, Room.HEAP, Duration.ZERO);
    }

    Growing(int limit, Room room, Duration patience) {
        this.limit = limit;
        this.room = room;
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
        if (length + more > bytes.length) {
            var grown = room.grown(bytes, (int) Math.max(length + more, Math.min(limit, 2L * bytes.length)), patience);
            if (grown == null) {
                crowded = true;
                return false;
            }
            bytes = grown;
        }
        System.arraycopy(piece, from, bytes, length, more);
        length += more;
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

    private void empty(boolean givenAway) {
        length = 0;
        if (givenAway || bytes.length > KEPT) {
            bytes = new byte[0];
        }
    }
}
