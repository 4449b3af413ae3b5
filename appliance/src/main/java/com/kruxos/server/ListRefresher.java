package com.kruxos.server;

import com.kruxos.rpc.FeatureKind;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Reads the lists of one instance, one at a time, so that an older list never replaces a newer one. At most one refresh
 * of each kind waits, however often the server sends {@code list_changed}. Safe for any thread.
 */
final class ListRefresher {
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<FeatureKind> queued = ConcurrentHashMap.newKeySet();

    /** Runs the first listing; refreshes wait until it is done. */
    void runInitial(InitialListing listing) throws Handshake.HandshakeFailed {
        lock.lock();
        try {
            listing.run();
        } finally {
            lock.unlock();
        }
    }

    /** Initializes the connection and stores the lists. */
    interface InitialListing {
        void run() throws Handshake.HandshakeFailed;
    }

    /** Reads one list on a thread of its own, unless a refresh of it is waiting already. */
    void refresh(FeatureKind kind, Runnable refresh) {
        if (queued.add(kind)) {
            Thread.ofVirtual().name("list-" + kind.listMember()).start(() -> {
                lock.lock();
                try {
                    // A change from here on may not be in this list and needs another refresh.
                    queued.remove(kind);
                    refresh.run();
                } finally {
                    lock.unlock();
                }
            });
        }
    }
}
