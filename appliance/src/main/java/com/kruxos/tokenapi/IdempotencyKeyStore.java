package com.kruxos.tokenapi;

import com.kruxos.store.Database;
import com.kruxos.store.SqlTime;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Which creates were asked for with a key, kept for a day. Safe for any thread. */
final class IdempotencyKeyStore {
    static final Duration RETENTION = Duration.ofHours(24);

    /** Of one principal; more than anybody's scripts make in a day. */
    static final int MAX_KEYS_PER_PRINCIPAL = 5_000;

    /** What was known of a key when it came. */
    sealed interface KeyClaim {
        /** Nothing: it is ours now, and {@link #recordCreated} or {@link #release} must follow. */
        record NewKey() implements KeyClaim {}

        /** Somebody used it: for {@code request}, which made {@code made} unless it never got that far. */
        record UsedKey(String requestDigest, @Nullable String createdId) implements KeyClaim {}

        /** Nothing, and there is no room for more. */
        record KeyLimitReached() implements KeyClaim {}
    }

    private final Database database;
    private final int maxKeysPerPrincipal;

    IdempotencyKeyStore(Database database, int most) {
        this.database = database;
        this.maxKeysPerPrincipal = most;
    }

    /**
     * Takes a key for a principal, in one transaction.
     *
     * @param key a digest of it
     * @param request a digest of what is asked for
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

    /** Nothing was made: the key may be used again. */
    void release(String principal, String key) {
        database.write(handle ->
                handle.execute("delete from idempotency_key where principal = ? and key = ?", principal, key));
    }
}
