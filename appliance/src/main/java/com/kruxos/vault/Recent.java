package com.kruxos.vault;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A cache of sealed records, because a credential is lent for each request. While a lease of a record is open, the next
 * lease shares its plaintext and decrypts nothing. Any change of the vault empties the cache. Thread-safe.
 */
final class Recent {
    private static final int MOST = 256;

    private final Map<SecretName, Seen> seen = new ConcurrentHashMap<>();
    private final AtomicLong changes = new AtomicLong();

    /** A record, and its plaintext while a lease is open. */
    static final class Seen {
        private final long change; // of the cache, before the record was read
        private final StoredRecord stored;
        private volatile @Nullable Plain open;

        private Seen(long change, StoredRecord stored) {
            this.change = change;
            this.stored = stored;
        }

        /** Lends the value, which is decrypted only when no other lease is open. */
        Lease lease(Function<StoredRecord, byte[]> opener) {
            var plain = open;
            if (plain == null || !plain.hold()) {
                plain = new Plain(opener.apply(stored));
                open = plain;
            }
            return new Lease(stored.name(), stored.version(), plain);
        }
    }

    /** The record of {@code name}, from the cache or from {@code read}. */
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

    /** Called after every change. A record that was read before the change and is added after it is stale, too. */
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
