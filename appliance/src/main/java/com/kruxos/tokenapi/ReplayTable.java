package com.kruxos.tokenapi;

import com.kruxos.store.Database;
import com.kruxos.store.SqlTime;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Which creates were asked for with a key, kept for a day. Safe for any thread. */
final class ReplayTable {
    static final Duration KEPT = Duration.ofHours(24);

    /** Of one principal; more than anybody's scripts make in a day. */
    static final int MOST = 5_000;

    /** What was known of a key when it came. */
    sealed interface Claim {
        /** Nothing: it is ours now, and {@link #made} or {@link #release} must follow. */
        record Fresh() implements Claim {}

        /** Somebody used it: for {@code request}, which made {@code made} unless it never got that far. */
        record Used(String request, @Nullable String made) implements Claim {}

        /** Nothing, and there is no room for more. */
        record Full() implements Claim {}
    }

    private final Database database;
    private final int most;

    ReplayTable(Database database, int most) {
        this.database = database;
        this.most = most;
    }

    /**
     * Takes a key for a principal, in one transaction.
     *
     * @param key a digest of it
     * @param request a digest of what is asked for
     */
    Claim claim(String principal, String key, String request, Instant now) {
        return database.write(handle -> {
            handle.execute("delete from idempotency_key where created_at <= ?", SqlTime.micros(now.minus(KEPT)));
            var used = handle.createQuery(
                            "select request, resource_id from idempotency_key where principal = ? and key = ?")
                    .bind(0, principal)
                    .bind(1, key)
                    .map((row, context) -> new Claim.Used(row.getString("request"), row.getString("resource_id")))
                    .findFirst();
            if (used.isPresent()) {
                return used.get();
            }
            var count = handle.createQuery("select count(*) from idempotency_key where principal = ?")
                    .bind(0, principal)
                    .mapTo(Integer.class)
                    .one();
            if (count >= most) {
                return new Claim.Full();
            }
            handle.execute(
                    "insert into idempotency_key (principal, key, request, created_at) values (?, ?, ?, ?)",
                    principal,
                    key,
                    request,
                    SqlTime.micros(now));
            return new Claim.Fresh();
        });
    }

    void made(String principal, String key, String id) {
        database.write(handle -> handle.execute(
                "update idempotency_key set resource_id = ? where principal = ? and key = ?", id, principal, key));
    }

    /** Nothing was made: the key may be used again. */
    void release(String principal, String key) {
        database.write(handle ->
                handle.execute("delete from idempotency_key where principal = ? and key = ?", principal, key));
    }
}
