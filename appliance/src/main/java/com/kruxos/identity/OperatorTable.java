package com.kruxos.identity;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The rows of operators. Every method runs inside a transaction of the caller. */
final class OperatorTable {
    private OperatorTable() {}

    static List<Operator> selectAll(Handle handle) {
        return handle.createQuery("select id, name, created, changed, last_seen from operator order by created, id")
                .map((row, context) -> new Operator(
                        row.getString("id"),
                        row.getString("name"),
                        Instant.ofEpochMilli(row.getLong("created")),
                        AgentTable.instant(row, "changed"),
                        AgentTable.instant(row, "last_seen")))
                .list();
    }

    static void insert(Handle handle, Operator operator) {
        handle.createUpdate("insert into operator (id, name, created) values (:id, :name, :created)")
                .bind("id", operator.id())
                .bind("name", operator.name())
                .bind("created", operator.created().toEpochMilli())
                .execute();
    }

    /** The hash of their passphrase, if they have one. */
    static Optional<String> selectPassphraseHash(Handle handle, String id) {
        return handle.createQuery("select passphrase from operator where id = :id and passphrase is not null")
                .bind("id", id)
                .mapTo(String.class)
                .findOne();
    }

    static void updatePassphrase(Handle handle, String id, String hash, Instant now) {
        handle.execute("update operator set passphrase = ?, changed = ? where id = ?", hash, now.toEpochMilli(), id);
    }

    static void clearPassphrase(Handle handle, String id) {
        handle.execute("update operator set passphrase = null, changed = null where id = ?", id);
    }

    static void updateLastSeen(Handle handle, String id, Instant now) {
        handle.execute("update operator set last_seen = ? where id = ?", now.toEpochMilli(), id);
    }

    static void delete(Handle handle, String id) {
        handle.execute("delete from operator where id = ?", id);
    }
}
