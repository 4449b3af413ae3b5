package com.kruxos.audit;

import com.kruxos.store.DatabaseOpenFailed;
import com.kruxos.store.Sqlite;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/**
 * A read-only connection through JDBI, usable while nothing can be written. Safe for any thread; reads one at a time.
 *
 * <p>Reads are short and hold no snapshot between calls: a long snapshot would keep the write-ahead log from being
 * reused.
 */
final class AuditReader implements AutoCloseable {
    private final Path file;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Handle handle; // guarded by the lock; null after a failure, the next read opens another

    AuditReader(Path file) {
        this.file = file;
    }

    List<AuditRecord> query(AuditQuery query) {
        var principal = query.principal();
        if (query.agent() != null) {
            var key = AuditPrincipal.PrincipalType.AGENT.text() + ":" + query.agent();
            if (principal != null && !principal.equals(key)) {
                return List.of();
            }
            principal = key;
        }
        var rows = selectRows(query, principal);
        return (query.isNewestFirst() ? rows.reversed() : rows)
                .stream().map(AuditRecord::of).toList();
    }

    /** The records after {@code seq} in ascending order, at most {@code limit}. */
    List<AuditRecordRow> readAfter(long seq, int limit) {
        return selectRows(AuditQuery.after(seq, limit), null);
    }

    /** Opens the connection now instead of at the first read. */
    void open() {
        read(Handle::isReadOnly);
    }

    @Override
    public void close() {
        lock.lock();
        try {
            discardConnection();
        } finally {
            lock.unlock();
        }
    }

    private List<AuditRecordRow> selectRows(AuditQuery query, @Nullable String principal) {
        var sql = QuerySql.of(query, principal);
        return read(handle -> {
            var select = handle.createQuery(sql)
                    .bind("after", query.after() == null ? Long.MIN_VALUE : query.after())
                    .bind("before", query.before() == null ? Long.MAX_VALUE : query.before())
                    .bind("limit", query.limit());
            if (principal != null) {
                select.bind("principal", principal);
            }
            if (query.kind() != null) {
                select.bind("kind", query.kind());
            }
            return select.map((rows, context) -> toRow(rows)).list();
        });
    }

    static AuditRecordRow toRow(ResultSet rows) throws SQLException {
        return new AuditRecordRow(
                rows.getLong(1), rows.getBytes(2), rows.getString(3), rows.getString(4), rows.getBytes(5));
    }

    private <T> T read(Function<Handle, T> query) {
        lock.lock();
        try {
            var current = handle;
            if (current == null) {
                current = Sqlite.openHandle(file);
                handle = current;
                current.execute("PRAGMA query_only = 1");
            }
            return query.apply(current);
        } catch (JdbiException | DatabaseOpenFailed e) {
            discardConnection();
            throw new AuditReadFailed(file, String.valueOf(e.getMessage()), "check the disk and try again", e);
        } finally {
            lock.unlock();
        }
    }

    private void discardConnection() {
        var current = handle;
        handle = null;
        if (current != null) {
            try {
                current.getConnection().close();
            } catch (SQLException e) {
                // The connection is broken; the next read opens another.
            }
        }
    }
}
