package com.kruxos.identity;

import com.kruxos.store.SqlTime;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;

/** The rows of operators. Every method runs inside the caller's transaction. */
final class OperatorTable {
    private OperatorTable() {}

    static List<Operator> selectAll(Handle handle) {
        return handle.createQuery("""
                        select id, name, created_at, passphrase_changed_at, last_seen_at
                        from operator order by created_at, id
                        """).map(OperatorTable::operator).list();
    }

    static Optional<Operator> select(Handle handle, String id) {
        return handle.createQuery("""
                        select id, name, created_at, passphrase_changed_at, last_seen_at from operator where id = :id
                        """)
                .bind("id", id)
                .map(OperatorTable::operator)
                .findOne();
    }

    static void insert(Handle handle, Operator operator) {
        handle.createUpdate("insert into operator (id, name, created_at) values (:id, :name, :created_at)")
                .bind("id", operator.id())
                .bind("name", operator.name())
                .bind("created_at", SqlTime.micros(operator.created()))
                .execute();
    }

    /** Empty until a passphrase is chosen. */
    static Optional<String> selectPassphraseHash(Handle handle, String id) {
        return handle.createQuery("select passphrase from operator where id = :id and passphrase is not null")
                .bind("id", id)
                .mapTo(String.class)
                .findOne();
    }

    static void updatePassphrase(Handle handle, String id, String hash, Instant now) {
        handle.execute(
                "update operator set passphrase = ?, passphrase_changed_at = ? where id = ?",
                hash,
                SqlTime.micros(now),
                id);
    }

    static void clearPassphrase(Handle handle, String id) {
        handle.execute("update operator set passphrase = null, passphrase_changed_at = null where id = ?", id);
    }

    static void updateLastSeen(Handle handle, String id, Instant now) {
        handle.execute("update operator set last_seen_at = ? where id = ?", SqlTime.micros(now), id);
    }

    static void delete(Handle handle, String id) {
        handle.execute("delete from operator where id = ?", id);
    }

    private static Operator operator(ResultSet row, StatementContext context) throws SQLException {
        return new Operator(
                row.getString("id"),
                row.getString("name"),
                SqlTime.read(row, "created_at"),
                SqlTime.readNullable(row, "passphrase_changed_at"),
                SqlTime.readNullable(row, "last_seen_at"));
    }
}
