package com.kruxos.gateway;

import com.kruxos.rpc.Room;

/** How much may wait for a peer that does not read. */
final class Backlog {
    /** When so many bytes wait nothing is added. One message may pass it. */
    private static final long MOST = 32L << 20;

    /** The same while there is little memory for all. */
    private static final long LEAN = 1L << 20;

    private Backlog() {}

    static boolean full(long bytes) {
        return full(bytes, Room.HEAP);
    }

    static boolean full(long bytes, Room memory) {
        return bytes > MOST || (bytes > LEAN && memory.tight());
    }
}
