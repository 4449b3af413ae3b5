package com.kruxos.transport;

import java.util.Arrays;

/** Bytes that come in pieces, up to a limit. Not for several threads at once. */
final class Growing {
    /** Room that is kept from one message to the next. */
    private static final int KEPT = 64 << 10;

    private final int limit;
    private byte[] bytes = {};
    private int length;

    Growing(int limit) {
        this.limit = limit;
    }

    /** False when it would be longer than the limit; then nothing was added. */
    boolean add(byte[] piece, int from, int to) {
        var more = to - from;
        if (more > limit - length) {
            return false;
        }
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.max(length + more, Math.min(limit, 2L * bytes.length)));
        }
        System.arraycopy(piece, from, bytes, length, more);
        length += more;
        return true;
    }

    boolean add(byte b) {
        return add(new byte[] {b}, 0, 1);
    }

    int length() {
        return length;
    }

    /** The first {@code count} bytes; then it is empty again. What fits exactly is given away and not copied. */
    byte[] take(int count) {
        var exact = count == bytes.length;
        var taken = exact ? bytes : Arrays.copyOf(bytes, count);
        length = 0;
        if (exact || bytes.length > KEPT) {
            bytes = new byte[0];
        }
        return taken;
    }

    byte[] take() {
        return take(length);
    }
}
