package com.kruxos.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/**
 * The appliance's main database: one writer, a few readers, all of them JDBI handles.
 *
 * <p>Safe for any thread. A block passed to {@link #read} or {@link #write} must not do I/O of its own and must not
 * call back into this database: it holds a connection while it runs.
 */
public final class Database implements AutoCloseable {
    private static final int READER_COUNT = 3;

    /** "KRUX" in ASCII. */
    public static final int APPLICATION_ID = 0x4B525558;

    private final List<Connection> connections = new ArrayList<>();
    private final Handle writer;
    private final BlockingQueue<Handle> readers = new ArrayBlockingQueue<>(READER_COUNT);
    private final ReentrantLock writeLock = new ReentrantLock();

    private Database(Path file, Schema schema) {
        var jdbi = SqlParameterParser.createJdbi(() -> connect(file));
        writer = jdbi.open();
        Sqlite.migrate(connections.getFirst(), file, schema);
        for (var i = 0; i < READER_COUNT; i++) {
            readers.add(jdbi.open());
        }
    }

    /**
     * Opens the file, makes it when it is missing, and brings it to {@code schema}.
     *
     * @throws DatabaseOpenFailed when it is not ours, newer than we are, or damaged; nothing is changed then
     */
    public static Database open(Path file, Schema schema) {
        return new Database(file, schema);
    }

    /** Runs {@code query} on a reader and gives back what it returns. */
    public <T extends @org.jspecify.annotations.Nullable Object> T read(Function<Handle, T> query) {
        var reader = takeReader();
        try {
            return query.apply(reader);
        } finally {
            readers.add(reader);
        }
    }

    /** Runs {@code change} in one transaction: all of it happens, on disk, or none of it. */
    public <T extends @org.jspecify.annotations.Nullable Object> T write(Function<Handle, T> change) {
        writeLock.lock();
        try {
            return writer.inTransaction(change::apply);
        } finally {
            writeLock.unlock();
        }
    }

    /** Moves the write-ahead log into the file and empties it, so that deleted pages are gone from both. */
    public void purgeDeletedPages() {
        writeLock.lock();
        var waiting = new ArrayList<Handle>();
        try {
            // A reader in the middle of something would keep old pages in the log: all of them wait meanwhile.
            while (waiting.size() < READER_COUNT) {
                waiting.add(takeReader());
            }
            var busy = writer.createQuery("PRAGMA wal_checkpoint(TRUNCATE)")
                    .map((row, context) -> row.getInt(1))
                    .one();
            if (busy != 0) {
                throw new IllegalStateException("what was deleted is still in the write-ahead log");
            }
        } finally {
            readers.addAll(waiting);
            writeLock.unlock();
        }
    }

    @Override
    public void close() {
        writeLock.lock();
        try {
            for (var connection : connections) {
                connection.close();
            }
        } catch (SQLException e) {
            throw new IllegalStateException("cannot close the database", e);
        } finally {
            writeLock.unlock();
        }
    }

    private Handle takeReader() {
        try {
            return readers.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the database", e);
        }
    }

    private Connection connect(Path file) {
        var connection = Sqlite.connect(file);
        connections.add(connection);
        return connection;
    }
}
