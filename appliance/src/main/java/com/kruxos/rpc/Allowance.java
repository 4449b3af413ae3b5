package com.kruxos.rpc;

import java.time.Duration;

/**
 * What messages may take.
 *
 * @param longest bytes of one
 * @param room where there is memory for long ones
 * @param quota what long ones are counted against as they come in
 */
public record Allowance(int longest, Room room, Quota quota) {
    /** Messages of this length, in the memory of this process. */
    public static Allowance of(int longest) {
        return new Allowance(longest, Room.HEAP, Quota.NONE);
    }

    /** The same for one of those who send them. */
    public Allowance within(Quota theirs) {
        return new Allowance(longest, room, theirs);
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
        return new Growing(this, patience);
    }
}
