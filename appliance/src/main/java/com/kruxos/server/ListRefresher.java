package com.kruxos.server;

import com.kruxos.rpc.FeatureKind;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The reading of one life's lists: one at a time, so that an older list never comes after a newer one, and with no more
 * waiting than one for each kind, however often the server says that it has changed. Safe for any thread.
 */
final class ListRefresher {
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<FeatureKind> queued = ConcurrentHashMap.newKeySet();

    /** The first reading of all kinds; what changes meanwhile is read behind it. */
    void runInitial(InitialListing read) throws Handshake.HandshakeFailed {
        lock.lock();
        try {
            read.run();
        } finally {
            lock.unlock();
        }
    }

    /** What introduces a server and keeps what it lists. */
    interface InitialListing {
        void run() throws Handshake.HandshakeFailed;
    }

    /** Reads one kind again on a thread of its own, unless that is about to be done already. */
    void refresh(FeatureKind kind, Runnable read) {
        if (queued.add(kind)) {
            Thread.ofVirtual().name("list-" + kind.listMember()).start(() -> {
                lock.lock();
                try {
                    // From here on a change may be one that this reading misses.
                    queued.remove(kind);
                    read.run();
                } finally {
                    lock.unlock();
                }
            });
        }
    }
}
