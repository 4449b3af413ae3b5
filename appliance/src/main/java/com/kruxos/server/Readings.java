package com.kruxos.server;

import com.kruxos.rpc.Kind;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The reading of one life's lists: one at a time, so that an older list never comes after a newer one, and with no more
 * waiting than one for each kind, however often the server says that it has changed. Safe for any thread.
 */
final class Readings {
    private final ReentrantLock order = new ReentrantLock();
    private final Set<Kind> wanted = ConcurrentHashMap.newKeySet();

    /** The first reading of all kinds; what changes meanwhile is read behind it. */
    void first(First read) throws Handshake.Failed {
        order.lock();
        try {
            read.read();
        } finally {
            order.unlock();
        }
    }

    /** What introduces a server and keeps what it lists. */
    interface First {
        void read() throws Handshake.Failed;
    }

    /** Reads one kind again on a thread of its own, unless that is about to be done already. */
    void again(Kind kind, Runnable read) {
        if (wanted.add(kind)) {
            Thread.ofVirtual().name("list-" + kind.member()).start(() -> {
                order.lock();
                try {
                    // From here on a change may be one that this reading misses.
                    wanted.remove(kind);
                    read.run();
                } finally {
                    order.unlock();
                }
            });
        }
    }
}
