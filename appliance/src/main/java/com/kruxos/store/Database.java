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
import org.jspecify.annotations.Nullable;

/**
 * The main database: one writer and a few readers, all of them JDBI handles.
 *
 * <p>Safe for any thread. A function passed to {@link #read} or {@link #write} holds a connection while it runs: it
 * must do no other I/O and must not call this database.
 */
public final class Database implements AutoCloseable {
    private static final int READER_COUNT = 3;

    /** "KRUX" in ASCII. */
    private static final int APPLICATION_ID = 0x4B525558;

    static final Schema SCHEMA = new Schema(Database.class, APPLICATION_ID, List.of("001-kruxos.sql"));

    private final List<Connection> connections = new ArrayList<>();
    private final Handle writer;
    private final BlockingQueue<Handle> readers = new ArrayBlockingQueue<>(READER_COUNT);
    private final ReentrantLock writeLock = new ReentrantLock();

    private Database(Path file) {
        var jdbi = SqlParameterParser.createJdbi(() -> connect(file));
        writer = jdbi.open();
        try {
            Sqlite.migrate(connections.getFirst(), file, SCHEMA);
            for (var i = 0; i < READER_COUNT; i++) {
                readers.add(jdbi.open());
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /**
     * Opens the file, creates it when it is missing, and applies missing migrations.
     *
     * @throws DatabaseOpenFailed when it is not ours, newer than this build, or damaged; nothing is changed then
     */
    public static Database open(Path file) {
        return new Database(file);
    }

    /** Runs {@code query} on a reader and returns its result. */
    public <T extends @Nullable Object> T read(Function<Handle, T> query) {
        var reader = takeReader();
        try {
            return query.apply(reader);
        } finally {
            readers.add(reader);
        }
    }

    /** Runs {@code change} in one transaction, which is on disk when this returns, or else had no effect. */
    public <T extends @Nullable Object> T write(Function<Handle, T> change) {
        writeLock.lock();
        try {
            return writer.inTransaction(change::apply);
        } finally {
            writeLock.unlock();
        }
    }

    /** Removes the bytes of deleted rows from the disk, the write-ahead log included. */
    public void purgeDeletedPages() {
        writeLock.lock();
        var waiting = new ArrayList<Handle>();
        try {
            // A reader with an open snapshot would keep old pages in the log: all readers wait.
            while (waiting.size() < READER_COUNT) {
                waiting.add(takeReader());
            }
            try (var statement = connections.getFirst().createStatement()) {
                Dialect.SQLITE.purgeDeleted(statement);
            }
        } catch (SQLException e) {
            throw new IllegalStateException("cannot purge deleted rows", e);
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
