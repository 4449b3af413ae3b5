package com.kruxos.tokenapi;

import com.kruxos.store.Database;
import com.kruxos.store.SqlTime;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The used idempotency keys of the last 24 hours, in the table {@code idempotency_key}. Safe for any thread. */
final class IdempotencyKeyStore {
    static final Duration RETENTION = Duration.ofHours(24);

    /** Well above what the scripts of one principal create in a day. */
    static final int MAX_KEYS_PER_PRINCIPAL = 5_000;

    /** The result of claiming a key. */
    sealed interface KeyClaim {
        /** The key is claimed now; {@link #recordCreated} or {@link #release} must follow. */
        record NewKey() implements KeyClaim {}

        /** The key was used before. {@code createdId} is null if that request is in progress or was interrupted. */
        record UsedKey(String requestDigest, @Nullable String createdId) implements KeyClaim {}

        /** The key is new, but the principal has used too many. */
        record KeyLimitReached() implements KeyClaim {}
    }

    private final Database database;
    private final int maxKeysPerPrincipal;

    IdempotencyKeyStore(Database database, int maxKeysPerPrincipal) {
        this.database = database;
        this.maxKeysPerPrincipal = maxKeysPerPrincipal;
    }

    /**
     * Claims a key for a principal, in one transaction.
     *
     * @param key the digest of the key
     * @param request the digest of the request
     */
    KeyClaim claim(String principal, String key, String request, Instant now) {
        return database.write(handle -> {
            handle.execute("delete from idempotency_key where created_at <= ?", SqlTime.micros(now.minus(RETENTION)));
            var used = handle.createQuery(
                            "select request, resource_id from idempotency_key where principal = ? and key = ?")
                    .bind(0, principal)
                    .bind(1, key)
                    .map((row, context) -> new KeyClaim.UsedKey(row.getString("request"), row.getString("resource_id")))
                    .findFirst();
            if (used.isPresent()) {
                return used.get();
            }
            var count = handle.createQuery("select count(*) from idempotency_key where principal = ?")
                    .bind(0, principal)
                    .mapTo(Integer.class)
                    .one();
            if (count >= maxKeysPerPrincipal) {
                return new KeyClaim.KeyLimitReached();
            }
            handle.execute(
                    "insert into idempotency_key (principal, key, request, created_at) values (?, ?, ?, ?)",
                    principal,
                    key,
                    request,
                    SqlTime.micros(now));
            return new KeyClaim.NewKey();
        });
    }

    void recordCreated(String principal, String key, String id) {
        database.write(handle -> handle.execute(
                "update idempotency_key set resource_id = ? where principal = ? and key = ?", id, principal, key));
    }

    /** Nothing was created, so the key can be used again. */
    void release(String principal, String key) {
        database.write(handle ->
                handle.execute("delete from idempotency_key where principal = ? and key = ?", principal, key));
    }
}
