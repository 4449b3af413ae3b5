package com.kruxos.vault;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Records that were lent not long ago, as they are stored: sealed. A credential is lent for each request, and the
 * database need not be asked each time. Any change of the vault empties it. For any thread.
 */
final class Recent {
    private static final int MOST = 256;

    private final Map<SecretName, Seen> seen = new ConcurrentHashMap<>();
    private final AtomicLong changes = new AtomicLong();

    /** @param change how many changes there had been before it was read */
    private record Seen(long change, StoredRecord stored) {}

    /** The record of {@code name}, which {@code read} finds where it is not here. */
    Optional<StoredRecord> find(SecretName name, Supplier<Optional<StoredRecord>> read) {
        var change = changes.get();
        var before = seen.get(name);
        if (before != null && before.change == change) {
            return Optional.of(before.stored);
        }
        var found = read.get();
        found.ifPresent(stored -> keep(name, new Seen(change, stored)));
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
