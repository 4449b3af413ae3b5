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
final class RecordCache {
    private static final int MAX_RECORDS = 256;

    private final Map<SecretName, CachedRecord> records = new ConcurrentHashMap<>();
    private final AtomicLong generation = new AtomicLong();

    /** A record, and its plaintext while a lease is open. */
    static final class CachedRecord {
        private final long generation; // of the cache, before the record was read
        private final StoredRecord record;
        private volatile @Nullable SharedPlaintext plaintext;

        private CachedRecord(long change, StoredRecord stored) {
            this.generation = change;
            this.record = stored;
        }

        /** Lends the value, which is decrypted only when no other lease is open. */
        Lease lease(Function<StoredRecord, byte[]> opener) {
            var plain = plaintext;
            if (plain == null || !plain.retain()) {
                plain = new SharedPlaintext(opener.apply(record));
                plaintext = plain;
            }
            return new Lease(record.name(), record.version(), plain);
        }
    }

    /** The record of {@code name}, from the cache or from {@code read}. */
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

    /** Called after every change. A record that was read before the change and is added after it is stale, too. */
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
