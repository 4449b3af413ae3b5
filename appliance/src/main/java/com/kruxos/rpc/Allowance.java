package com.kruxos.rpc;

import java.time.Duration;

/**
 * What messages may take.
 *
 * @param longest bytes of one
 * @param room where there is memory for long ones
 */
public record Allowance(int longest, Room room) {
    /** Messages of this length, in the memory of this process. */
    public static Allowance of(int longest) {
        return new Allowance(longest, Room.HEAP);
    }

    /** A message that comes in pieces, none of which may be waited for. */
    public Growing growing() {
        return growing(Duration.ZERO);
    }

    /**
     * A message that comes in pieces.
     *
     * @param patience how long {@link Growing#add} may wait for memory
     */
    public Growing growing(Duration patience) {
        return new Growing(longest, room, patience);
    }
}
