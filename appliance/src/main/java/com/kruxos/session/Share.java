package com.kruxos.session;

import java.util.concurrent.atomic.AtomicLong;

/** What the requests of one agent that are under way hold of the memory all agents have. Safe for any thread. */
final class Share {
    /** What a request holds besides its text. */
    private static final int EACH = 4 << 10;

    private final AtomicLong held = new AtomicLong();

    /** False when it would be too much. */
    boolean take(int bytes) {
        var more = bytes + EACH;
        while (true) {
            var before = held.get();
            if (before > 0 && before + more > Session.MOST_BYTES) {
                return false;
            }
            if (held.compareAndSet(before, before + more)) {
                return true;
            }
        }
    }

    void give(int bytes) {
        held.addAndGet(-(bytes + EACH));
    }
}
