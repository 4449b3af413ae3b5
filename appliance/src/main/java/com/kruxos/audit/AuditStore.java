package com.kruxos.audit;

import com.kruxos.audit.ChainHeads.ChainHead;
import com.kruxos.store.Schema;
import com.kruxos.store.Sqlite;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The audit database, as the writer uses it: one connection, prepared statements, the next sequence number, the chain
 * heads.
 *
 * <p>Belongs to the writer thread. After any exception it must be closed and another one opened: a statement that met a
 * full disk stays unusable, and the numbers and chains of the failed transaction exist only here.
 *
 * <p>Plain JDBC, because every call writes two records and JDBI costs several times what SQLite does. For the same
 * reason a record is one row in one table; {@link #indexIfDue} updates the other tables for thousands of records at
 * once.
 */
final class AuditStore implements AutoCloseable {
    /** "KRXA" in ASCII. */
    static final int APPLICATION_ID = 0x4B525841;

    private static final Schema SCHEMA = new Schema(AuditStore.class, APPLICATION_ID, List.of("001-audit.sql"));
    private static final int PAGE_SIZE = 4096;
    /** Pages written before the size of the log is checked again. */
    private static final int PAGES_BETWEEN_SIZE_CHECKS = (int) (DiskReserve.LOG_STEP_BYTES / 8 / PAGE_SIZE);
    /** Number of records that start indexing. */
    private static final int MAX_UNINDEXED = 2048;
    /** Chain heads kept in memory; beyond that they are dropped and looked up again. */
    private static final int MAX_CHAIN_HEADS = 10_000;

    private final Connection connection;
    private final InstantSource clock;
    private final LeafWriter writer = new LeafWriter();
    private final ChainHeads chainHeads;
    private final TreeSet<Long> openIntents;
    private final PreparedStatement begin;
    private final PreparedStatement commit;
    private final PreparedStatement insert;
    private final PreparedStatement lastHashOf;
    private final PreparedStatement logSize;
    private final PreparedStatement checkpoint;
    private boolean syncing = true; // as set by Sqlite.connect
    private long indexedSeq;
    private long lastSeq;
    private byte[] head;
    private int pagesWritten; // approximate number of pages written since the size was checked

    private AuditStore(Path file, Connection connection, InstantSource clock) throws SQLException {
        this.connection = connection;
        this.clock = clock;
        // We checkpoint between batches: SQLite would do it inside a commit that callers wait for, and would not report
        // failure. A lock that another program holds must be noticed within a second.
        execute("PRAGMA wal_autocheckpoint = 0");
        execute("PRAGMA busy_timeout = 500");
        Sqlite.migrate(connection, file, SCHEMA);
        var scan = RecoveryScan.run(connection, file);
        chainHeads = scan.chainHeads;
        openIntents = scan.openIntents;
        indexedSeq = scan.indexedSeq;
        lastSeq = scan.lastSeq;
        head = scan.head;
        begin = connection.prepareStatement("begin immediate");
        commit = connection.prepareStatement("commit");
        insert = connection.prepareStatement(
                "insert into record (seq, hash, principal, kind, leaf) values (?, ?, ?, ?, ?)");
        lastHashOf = connection.prepareStatement("select hash from record where seq ="
                + " (select seq from record_by_principal where principal = ? order by seq desc limit 1)");
        logSize = connection.prepareStatement("PRAGMA wal_checkpoint(NOOP)");
        checkpoint = connection.prepareStatement("PRAGMA wal_checkpoint(PASSIVE)");
    }

    /**
     * Opens the file, creates it when it is missing, and verifies its last records.
     *
     * @throws AuditOpenFailed when the last records are damaged
     * @throws com.kruxos.store.DatabaseOpenFailed when it is not our database or SQLite cannot open it
     */
    static AuditStore open(Path file, InstantSource clock) throws SQLException {
        var connection = Sqlite.connect(file);
        try {
            return new AuditStore(file, connection, clock);
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    /**
     * Begins a transaction.
     *
     * <p>With {@code synced}, its commit syncs the write-ahead log, which holds every commit since the last checkpoint;
     * a checkpoint syncs, too. So earlier commits without a sync are then on the disk as well.
     */
    void begin(boolean synced) throws SQLException {
        if (synced != syncing) {
            // Not possible inside a transaction. SQLite applies this when it prepares the statement, not when it runs
            // it, so a statement prepared earlier would have no effect.
            execute(synced ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
            syncing = synced;
        }
        begin.execute();
    }

    /** Writes one record in the transaction and returns its sequence number. */
    long append(AuditEntry entry) throws SQLException {
        var seq = lastSeq + 1;
        var chain = chainHead(entry.principal());
        writer.write(seq, clock.instant(), chain.lastHash, entry);
        var hash = writer.hash();
        insert.setLong(1, seq);
        insert.setBytes(2, hash);
        insert.setString(3, chain.principalKey);
        insert.setString(4, entry.kind());
        insert.setBytes(5, writer.leaf());
        insert.executeUpdate();
        trackIntents(seq, entry);
        chain.lastHash = hash;
        lastSeq = seq;
        head = hash;
        pagesWritten += 1 + writer.length() / PAGE_SIZE;
        return seq;
    }

    void commit() throws SQLException {
        commit.execute();
        pagesWritten += 3;
    }

    /** Indexes records when there are many. Called between transactions, when no caller waits for a commit. */
    void indexIfDue() throws SQLException {
        if (lastSeq - indexedSeq >= MAX_UNINDEXED || chainHeads.size() >= MAX_CHAIN_HEADS) {
            indexRecords();
        }
    }

    /**
     * Whether the write-ahead log holds at least that many bytes that are not in the file yet. Checked only every
     * {@link #PAGES_BETWEEN_SIZE_CHECKS} pages.
     */
    boolean isLogAtLeast(long bytes) throws SQLException {
        if (pagesWritten < PAGES_BETWEEN_SIZE_CHECKS) {
            return false;
        }
        pagesWritten = 0;
        try (var rows = logSize.executeQuery()) {
            return rows.next() && rows.getInt(2) >= bytes / PAGE_SIZE && rows.getInt(2) != rows.getInt(3);
        }
    }

    /** Adds the records since the last call to the tables that queries use. */
    void indexRecords() throws SQLException {
        begin(false);
        var these = " from record where seq > " + indexedSeq + " and seq <= " + lastSeq;
        execute("insert into record_by_principal (principal, seq) select principal, seq" + these
                + " order by principal, seq");
        execute("insert into record_by_kind (kind, seq) select kind, seq" + these + " order by kind, seq");
        execute("delete from open_intent");
        try (var mark = connection.prepareStatement("insert into open_intent (seq) values (?)")) {
            for (var seq : openIntents) {
                mark.setLong(1, seq);
                mark.executeUpdate();
            }
        }
        execute("update index_state set seq = " + lastSeq);
        commit();
        indexedSeq = lastSeq;
        pagesWritten += PAGES_BETWEEN_SIZE_CHECKS;
        if (chainHeads.size() >= MAX_CHAIN_HEADS) {
            chainHeads.clear();
        }
    }

    /**
     * Moves what it can of the write-ahead log into the file and syncs both; true when that was all of it.
     *
     * <p>A PASSIVE checkpoint waits for no reader. After a complete one, the next commit starts the log from its
     * beginning in the same space: the log grows beyond its allocation only while a reader holds an old snapshot, and
     * is never truncated.
     */
    boolean checkpointLog() throws SQLException {
        try (var rows = checkpoint.executeQuery()) {
            return rows.next() && rows.getInt(1) == 0 && rows.getInt(2) == rows.getInt(3);
        }
    }

    /** The sequence number of the last record; 0 when there is none. */
    long lastSeq() {
        return lastSeq;
    }

    /** The hash of the last record; empty when there is none. Must not be changed. */
    byte[] head() {
        return head;
    }

    /** The sequence numbers of open intents, ascscan. */
    SortedSet<Long> openIntents() {
        return new TreeSet<>(openIntents);
    }

    /** Whether the file contains that record with that hash. */
    boolean containsRecord(long seq, byte[] hash) throws SQLException {
        try (var select = connection.prepareStatement("select hash from record where seq = ?")) {
            select.setLong(1, seq);
            try (var rows = select.executeQuery()) {
                return seq == 0 || (rows.next() && Arrays.equals(hash, rows.getBytes(1)));
            }
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }

    private ChainHead chainHead(AuditPrincipal principal) throws SQLException {
        var chain = chainHeads.find(principal);
        if (chain != null) {
            return chain;
        }
        var key = principal.key();
        lastHashOf.setString(1, key); // principals with records that are not indexed are among the chain heads
        try (var rows = lastHashOf.executeQuery()) {
            return chainHeads.put(principal.type(), principal.id(), key, rows.next() ? rows.getBytes(1) : null);
        }
    }

    private void trackIntents(long seq, AuditEntry entry) {
        if (entry.isIntent()) {
            openIntents.add(seq);
        }
        if (entry.intentSeq() != 0) {
            openIntents.remove(entry.intentSeq());
        }
    }

    private void execute(String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
