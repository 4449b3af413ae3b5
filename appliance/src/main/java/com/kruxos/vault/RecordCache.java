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
final class RecordCache {
    private static final int MAX_RECORDS = 256;

    private final Map<SecretName, CachedRecord> records = new ConcurrentHashMap<>();
    private final AtomicLong generation = new AtomicLong();

    /** A record that was read, and what is open of it. */
    static final class CachedRecord {
        private final long generation; // how many there had been before it was read
        private final StoredRecord record;
        private volatile @Nullable SharedPlaintext plaintext;

        private CachedRecord(long change, StoredRecord stored) {
            this.generation = change;
            this.record = stored;
        }

        /** A lease of it, opened only when no other lasts. */
        Lease lease(Function<StoredRecord, byte[]> opener) {
            var plain = plaintext;
            if (plain == null || !plain.retain()) {
                plain = new SharedPlaintext(opener.apply(record));
                plaintext = plain;
            }
            return new Lease(record.name(), record.version(), plain);
        }
    }

    /** The record of {@code name}, which {@code read} finds where it is not here. */
    Optional<CachedRecord> find(SecretName name, Supplier<Optional<StoredRecord>> read) {
        var change = generation.get();
        var before = records.get(name);
        if (before != null && before.generation == change) {
            return Optional.of(before);
        }
        var found = read.get().map(stored -> new CachedRecord(change, stored));
        found.ifPresent(one -> put(name, one));
        return found;
    }

    /** Call it behind every change. What was read before it, and is kept only now, does not count either. */
    void invalidate() {
        generation.incrementAndGet();
        records.clear();
    }

    private void put(SecretName name, CachedRecord one) {
        if (records.size() >= MAX_RECORDS) {
            records.clear();
        }
        records.put(name, one);
    }
}
