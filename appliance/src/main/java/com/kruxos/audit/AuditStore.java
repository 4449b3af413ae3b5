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
 * The file, as the writer sees it: one connection, statements prepared once, the next number, the ends of the chains.
 *
 * <p>Belongs to the writer thread. After any exception it must be closed and another one opened: a statement that once
 * met a full disk stays dead, and what was numbered and chained in the failed transaction exists nowhere else.
 *
 * <p>Plain JDBC, because two records are written for every call and JDBI costs several times what SQLite does. For the
 * same reason a record is one row in one table; {@link #indexIfDue} does the rest for thousands at once.
 */
final class AuditStore implements AutoCloseable {
    /** "KRXA" in ASCII. */
    static final int APPLICATION_ID = 0x4B525841;

    private static final Schema SCHEMA = new Schema(AuditStore.class, APPLICATION_ID, List.of("001-audit.sql"));
    private static final int PAGE_SIZE = 4096;
    /** Pages after which it is worth asking how many there are. */
    private static final int PAGES_BETWEEN_SIZE_CHECKS = (int) (DiskReserve.LOG_STEP_BYTES / 8 / PAGE_SIZE);
    /** Records after which they are filed. */
    private static final int MAX_UNINDEXED = 2048;
    /** Principals after which the chains are forgotten; those that come again are looked up. */
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
    private boolean syncing = true; // as Sqlite.connect leaves it
    private long indexedSeq;
    private long lastSeq;
    private byte[] head;
    private int pagesWritten; // about how many went to the log since it was asked for

    private AuditStore(Path file, Connection connection, InstantSource clock) throws SQLException {
        this.connection = connection;
        this.clock = clock;
        // We move the log into the file ourselves, between batches: SQLite would do it inside a commit that callers
        // wait for, and would not say when it fails. And a lock that another program holds must show within a second.
        execute("PRAGMA wal_autocheckpoint = 0");
        execute("PRAGMA busy_timeout = 500");
        Sqlite.migrate(connection, file, SCHEMA);
        var ending = RecoveryScan.run(connection, file);
        chainHeads = ending.chainHeads;
        openIntents = ending.openIntents;
        indexedSeq = ending.indexedSeq;
        lastSeq = ending.lastSeq;
        head = ending.head;
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
     * Opens the file, makes it when it is missing, and looks at the end of it.
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
     * <p>With {@code synced} its commit ends with a sync of the write-ahead log, which holds every commit since the log
     * was last moved into the file, and moving it syncs it too: so the earlier commits that were not synced are on the
     * disk then as well.
     */
    void begin(boolean synced) throws SQLException {
        if (synced != syncing) {
            // Not possible inside a transaction; and SQLite does this when it prepares the statement, not when it runs
            // it, so one prepared before would change nothing.
            execute(synced ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
            syncing = synced;
        }
        begin.execute();
    }

    /** Writes one record in the transaction and gives back its number. */
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

    /** Files records when there are many. For when nobody waits for a commit, between transactions. */
    void indexIfDue() throws SQLException {
        if (lastSeq - indexedSeq >= MAX_UNINDEXED || chainHeads.size() >= MAX_CHAIN_HEADS) {
            indexRecords();
        }
    }

    /** Whether the write-ahead log has that many bytes or more that are not in the file yet, as of some pages ago. */
    boolean isLogAtLeast(long bytes) throws SQLException {
        if (pagesWritten < PAGES_BETWEEN_SIZE_CHECKS) {
            return false;
        }
        pagesWritten = 0;
        try (var rows = logSize.executeQuery()) {
            return rows.next() && rows.getInt(2) >= bytes / PAGE_SIZE && rows.getInt(2) != rows.getInt(3);
        }
    }

    /** Enters the records since the last time into the tables by which they are found. */
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
     * Moves what it can of the write-ahead log into the file and syncs both; true when that was all.
     *
     * <p>A PASSIVE checkpoint waits for nobody. When all was moved, the next commit begins the log anew, in the same
     * space: the log grows beyond what it was given only while a reader keeps an old snapshot, and is never cut.
     */
    boolean checkpointLog() throws SQLException {
        try (var rows = checkpoint.executeQuery()) {
            return rows.next() && rows.getInt(1) == 0 && rows.getInt(2) == rows.getInt(3);
        }
    }

    /** The number of the last record; 0 when there is none. */
    long lastSeq() {
        return lastSeq;
    }

    /** The hash of the last record; empty when there is none. Not to be changed. */
    byte[] head() {
        return head;
    }

    /** The numbers of the records that announced something and are not closed, in order. */
    SortedSet<Long> openIntents() {
        return new TreeSet<>(openIntents);
    }

    /** Whether the file has that record with that hash. */
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
        lastHashOf.setString(1, key); // whoever has a record that is not filed yet is among the chains
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
