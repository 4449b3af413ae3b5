package com.kruxos.vault;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;

/** The SQL of the vault. Every method runs in the caller's transaction. */
final class VaultTable {
    private static final String RECORD = """
            SELECT r.space, r.epoch, k.root_id, k.nonce, k.wrapped, r.owner, r.scope, r.key, r.version,
                   r.salt, r.nonce, r.commitment, r.ciphertext, r.created, r.updated
              FROM vault_record r LEFT JOIN vault_space_key k ON k.space = r.space AND k.epoch = r.epoch
            """;

    private final Handle handle;

    VaultTable(Handle handle) {
        this.handle = handle;
    }

    boolean hasRecords() {
        return handle.createQuery("SELECT count(*) FROM (SELECT 1 FROM vault_record LIMIT 1) AS some")
                        .mapTo(Long.class)
                        .one()
                > 0;
    }

    /** Deletes keys that protect nothing, left by a first run that was interrupted before its keyring existed. */
    void deleteSpaces() {
        handle.execute("DELETE FROM vault_space_key");
        handle.execute("DELETE FROM vault_space");
    }

    List<byte[]> roots() {
        return handle.createQuery("SELECT DISTINCT root_id FROM vault_space_key")
                .map((row, context) -> row.getBytes(1))
                .list();
    }

    boolean addSpace(WrappedKey key, Instant now) {
        var added = handle.execute(
                "INSERT INTO vault_space (space, epoch, floor, created) VALUES (?, ?, 0, ?) ON CONFLICT DO NOTHING",
                key.space,
                key.epoch,
                now.toEpochMilli());
        if (added == 1) {
            handle.execute(
                    "INSERT INTO vault_space_key (space, epoch, root_id, nonce, wrapped, created)"
                            + " VALUES (?, ?, ?, ?, ?, ?)",
                    key.space,
                    key.epoch,
                    key.rootId,
                    key.nonce,
                    key.wrapped,
                    now.toEpochMilli());
        }
        return added == 1;
    }

    List<WrappedKey> keys(String space) {
        return handle.createQuery("SELECT space, epoch, root_id, nonce, wrapped FROM vault_space_key"
                        + " WHERE space = ? ORDER BY epoch")
                .bind(0, space)
                .map((row, context) -> key(row))
                .list();
    }

    Optional<WrappedKey> currentKey(String space) {
        return handle.createQuery("SELECT k.space, k.epoch, k.root_id, k.nonce, k.wrapped"
                        + " FROM vault_space s JOIN vault_space_key k ON k.space = s.space AND k.epoch = s.epoch"
                        + " WHERE s.space = ?")
                .bind(0, space)
                .map((row, context) -> key(row))
                .findOne();
    }

    /** Deletes a Space with its keys and records; returns the number of records. */
    int deleteSpace(String space) {
        var records = handle.execute("DELETE FROM vault_record WHERE space = ?", space);
        handle.execute("DELETE FROM vault_space_key WHERE space = ?", space);
        handle.execute("DELETE FROM vault_space WHERE space = ?", space);
        return records;
    }

    Optional<StoredRecord> find(SecretName name) {
        return handle.createQuery(RECORD + " WHERE r.space = ? AND r.owner = ? AND r.scope = ? AND r.key = ?")
                .bind(0, name.space())
                .bind(1, name.owner())
                .bind(2, name.scope())
                .bind(3, name.key())
                .map(VaultTable::record)
                .findOne();
    }

    List<StoredRecord> list(String space) {
        return handle.createQuery(RECORD + " WHERE r.space = ? ORDER BY r.owner, r.scope, r.key")
                .bind(0, space)
                .map(VaultTable::record)
                .list();
    }

    /** The next version of a name: one above its present one, or above all versions ever deleted in the Space. */
    long nextVersion(SecretName name) {
        return handle.createQuery("SELECT coalesce((SELECT r.version FROM vault_record r WHERE r.space = s.space"
                        + " AND r.owner = ? AND r.scope = ? AND r.key = ?), s.floor) + 1"
                        + " FROM vault_space s WHERE s.space = ?")
                .bind(0, name.owner())
                .bind(1, name.scope())
                .bind(2, name.key())
                .bind(3, name.space())
                .mapTo(Long.class)
                .one();
    }

    void put(SecretName name, RecordContext context, SealedRecord sealed, Instant now) {
        handle.execute(
                "INSERT INTO vault_record (space, owner, scope, key, version, epoch, salt, nonce, commitment,"
                        + " ciphertext, created, updated) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                        + " ON CONFLICT (space, owner, scope, key) DO UPDATE SET version = excluded.version,"
                        + " epoch = excluded.epoch, salt = excluded.salt, nonce = excluded.nonce,"
                        + " commitment = excluded.commitment, ciphertext = excluded.ciphertext,"
                        + " updated = excluded.updated",
                name.space(),
                name.owner(),
                name.scope(),
                name.key(),
                context.version(),
                context.epoch(),
                sealed.salt,
                sealed.nonce,
                sealed.commitment,
                sealed.ciphertext,
                now.toEpochMilli(),
                now.toEpochMilli());
    }

    int delete(SecretName name) {
        raiseFloor(name.space(), name.scope());
        return handle.execute(
                "DELETE FROM vault_record WHERE space = ? AND owner = ? AND scope = ? AND key = ?",
                name.space(),
                name.owner(),
                name.scope(),
                name.key());
    }

    int deleteScope(String space, String scope) {
        raiseFloor(space, scope);
        return handle.execute("DELETE FROM vault_record WHERE space = ? AND scope = ?", space, scope);
    }

    /** Called before a deletion. A floor that is too high does no harm, so that it covers the scope. */
    private void raiseFloor(String space, String scope) {
        handle.execute(
                "UPDATE vault_space SET floor = (SELECT max(version) FROM vault_record WHERE space = ? AND scope = ?)"
                        + " WHERE space = ? AND floor <"
                        + " (SELECT max(version) FROM vault_record WHERE space = ? AND scope = ?)",
                space,
                scope,
                space,
                space,
                scope);
    }

    /** Columns by number, because looking them up by name takes longer than decrypting the value. */
    private static StoredRecord record(ResultSet row, StatementContext context) throws SQLException {
        return new StoredRecord(
                new SecretName(row.getString(1), row.getString(6), row.getString(7), row.getString(8)),
                row.getLong(9),
                new SealedRecord(row.getBytes(10), row.getBytes(11), row.getBytes(12), row.getBytes(13)),
                key(row),
                Instant.ofEpochMilli(row.getLong(14)),
                Instant.ofEpochMilli(row.getLong(15)));
    }

    private static WrappedKey key(ResultSet row) throws SQLException {
        return new WrappedKey(row.getString(1), row.getInt(2), bytes(row, 3), bytes(row, 4), bytes(row, 5));
    }

    /** The key of a record can be missing because of the outer join: such a record must be an error and not absent. */
    private static byte[] bytes(ResultSet row, int column) throws SQLException {
        var bytes = row.getBytes(column);
        return bytes == null ? new byte[0] : bytes;
    }
}
