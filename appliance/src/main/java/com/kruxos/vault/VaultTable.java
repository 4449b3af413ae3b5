package com.kruxos.vault;

import com.kruxos.store.SqlTime;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;

/** The SQL of the vault. Every method runs in the caller's transaction. */
final class VaultTable {
    private static final String SELECT_RECORD = """
            select r.space_id, r.epoch, k.root_id, k.nonce, k.wrapped, r.owner, r.scope, r.key, r.version,
                   r.salt, r.nonce, r.commitment, r.ciphertext, r.created_at, r.updated_at
              from vault_record r left join vault_space_key k on k.space_id = r.space_id and k.epoch = r.epoch
            """;

    private final Handle handle;

    VaultTable(Handle handle) {
        this.handle = handle;
    }

    boolean hasRecords() {
        return handle.createQuery("select count(*) from (select 1 from vault_record limit 1) as first_record")
                        .mapTo(Long.class)
                        .one()
                > 0;
    }

    /** Deletes keys that protect nothing, left by a first run that was interrupted before its keyring existed. */
    void deleteSpaces() {
        handle.execute("delete from vault_space_key");
        handle.execute("delete from vault_space");
    }

    List<byte[]> rootIds() {
        return handle.createQuery("select distinct root_id from vault_space_key")
                .map((row, context) -> row.getBytes(1))
                .list();
    }

    boolean addSpace(WrappedSpaceKey key, Instant now) {
        var added = handle.execute(
                "insert into vault_space (space_id, epoch, floor, created_at) values (?, ?, 0, ?) on conflict do nothing",
                key.space,
                key.epoch,
                SqlTime.micros(now));
        if (added == 1) {
            handle.execute("""
                    insert into vault_space_key (space_id, epoch, root_id, nonce, wrapped, created_at)
                    values (?, ?, ?, ?, ?, ?)
                    """, key.space, key.epoch, key.rootId, key.nonce, key.ciphertext, SqlTime.micros(now));
        }
        return added == 1;
    }

    List<WrappedSpaceKey> keys(String space) {
        return handle.createQuery("""
                        select space_id, epoch, root_id, nonce, wrapped from vault_space_key
                        where space_id = ? order by epoch
                        """)
                .bind(0, space)
                .map((row, context) -> mapKey(row))
                .list();
    }

    Optional<WrappedSpaceKey> currentKey(String space) {
        return handle.createQuery("""
                        select k.space_id, k.epoch, k.root_id, k.nonce, k.wrapped
                        from vault_space s join vault_space_key k on k.space_id = s.space_id and k.epoch = s.epoch
                        where s.space_id = ?
                        """)
                .bind(0, space)
                .map((row, context) -> mapKey(row))
                .findOne();
    }

    /** Deletes a Space with its keys and records; returns the number of records. */
    int deleteSpace(String space) {
        var records = handle.execute("delete from vault_record where space_id = ?", space);
        handle.execute("delete from vault_space_key where space_id = ?", space);
        handle.execute("delete from vault_space where space_id = ?", space);
        return records;
    }

    Optional<StoredRecord> find(SecretName name) {
        return handle.createQuery(SELECT_RECORD + " where r.space_id = ? and r.owner = ? and r.scope = ? and r.key = ?")
                .bind(0, name.space())
                .bind(1, name.owner())
                .bind(2, name.scope())
                .bind(3, name.key())
                .map(VaultTable::mapRecord)
                .findOne();
    }

    List<StoredRecord> list(String space) {
        return handle.createQuery(SELECT_RECORD + " where r.space_id = ? order by r.owner, r.scope, r.key")
                .bind(0, space)
                .map(VaultTable::mapRecord)
                .list();
    }

    /** The next version of a name: one above its present one, or above all versions ever deleted in the Space. */
    long nextVersion(SecretName name) {
        return handle.createQuery("""
                        select coalesce((select r.version from vault_record r where r.space_id = s.space_id
                               and r.owner = ? and r.scope = ? and r.key = ?), s.floor) + 1
                        from vault_space s where s.space_id = ?
                        """)
                .bind(0, name.owner())
                .bind(1, name.scope())
                .bind(2, name.key())
                .bind(3, name.space())
                .mapTo(Long.class)
                .one();
    }

    void put(SecretName name, RecordContext context, SealedRecord sealed, Instant now) {
        handle.execute(
                """
                insert into vault_record (space_id, owner, scope, key, version, epoch, salt, nonce, commitment,
                       ciphertext, created_at, updated_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                on conflict (space_id, owner, scope, key) do update set version = excluded.version,
                       epoch = excluded.epoch, salt = excluded.salt, nonce = excluded.nonce,
                       commitment = excluded.commitment, ciphertext = excluded.ciphertext,
                       updated_at = excluded.updated_at
                """,
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
                SqlTime.micros(now),
                SqlTime.micros(now));
    }

    int delete(SecretName name) {
        raiseVersionFloor(name.space(), name.scope());
        return handle.execute(
                "delete from vault_record where space_id = ? and owner = ? and scope = ? and key = ?",
                name.space(),
                name.owner(),
                name.scope(),
                name.key());
    }

    int deleteScope(String space, String scope) {
        raiseVersionFloor(space, scope);
        return handle.execute("delete from vault_record where space_id = ? and scope = ?", space, scope);
    }

    /** Called before a deletion. A floor that is too high does no harm, so that it covers the scope. */
    private void raiseVersionFloor(String space, String scope) {
        handle.execute("""
                update vault_space set floor = (select max(version) from vault_record where space_id = ? and scope = ?)
                where space_id = ?
                  and floor < (select max(version) from vault_record where space_id = ? and scope = ?)
                """, space, scope, space, space, scope);
    }

    /** Columns by number, because looking them up by name takes longer than decrypting the value. */
    private static StoredRecord mapRecord(ResultSet row, StatementContext context) throws SQLException {
        return new StoredRecord(
                new SecretName(row.getString(1), row.getString(6), row.getString(7), row.getString(8)),
                row.getLong(9),
                new SealedRecord(row.getBytes(10), row.getBytes(11), row.getBytes(12), row.getBytes(13)),
                mapKey(row),
                SqlTime.read(row, 14),
                SqlTime.read(row, 15));
    }

    private static WrappedSpaceKey mapKey(ResultSet row) throws SQLException {
        return new WrappedSpaceKey(
                row.getString(1), row.getInt(2), bytesOrEmpty(row, 3), bytesOrEmpty(row, 4), bytesOrEmpty(row, 5));
    }

    /** The key of a record can be missing because of the outer join: such a record must be an error and not absent. */
    private static byte[] bytesOrEmpty(ResultSet row, int column) throws SQLException {
        var bytes = row.getBytes(column);
        return bytes == null ? new byte[0] : bytes;
    }
}
