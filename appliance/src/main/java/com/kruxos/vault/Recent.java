package com.kruxos.vault;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Records that were lent not long ago, as they are stored: sealed. A credential is lent for each request, and the
 * database need not be asked each time. While a lease of one lasts, the next need not open it either. Any change of the
 * vault empties this. For any thread.
 */
final class Recent {
    private static final int MOST = 256;

    private final Map<SecretName, Seen> seen = new ConcurrentHashMap<>();
    private final AtomicLong changes = new AtomicLong();

    /** A record that was read, and what is open of it. */
    static final class Seen {
        private final long change; // how many there had been before it was read
        private final StoredRecord stored;
        private volatile @Nullable Plain open;

        private Seen(long change, StoredRecord stored) {
            this.change = change;
            this.stored = stored;
        }

        /** A lease of it, opened only when no other lasts. */
        Lease lease(Function<StoredRecord, byte[]> opener) {
            var plain = open;
            if (plain == null || !plain.hold()) {
                plain = new Plain(opener.apply(stored));
                open = plain;
            }
            return new Lease(stored.name(), stored.version(), plain);
        }
    }

    /** The record of {@code name}, which {@code read} finds where it is not here. */
    Optional<Seen> find(SecretName name, Supplier<Optional<StoredRecord>> read) {
        var change = changes.get();
        var before = seen.get(name);
        if (before != null && before.change == change) {
            return Optional.of(before);
        }
        var found = read.get().map(stored -> new Seen(change, stored));
        found.ifPresent(one -> keep(name, one));
        return found;
    }

    /** Call it behind every change. What was read before it, and is kept only now, does not count either. */
    void changed() {
        changes.incrementAndGet();
        seen.clear();
    }

    private void keep(SecretName name, Seen one) {
        if (seen.size() >= MOST) {
            seen.clear();
        }
        seen.put(name, one);
    }
}
