package com.kruxos.audit;

import com.kruxos.audit.Chains.Chain;
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
 * same reason a record is one row in one table; {@link #tidy} does the rest for thousands at once.
 */
final class Ledger implements AutoCloseable {
    /** "KRXA" in ASCII. */
    static final int APPLICATION = 0x4B525841;

    private static final Schema SCHEMA = new Schema(Ledger.class, APPLICATION, List.of("001-audit.sql"));
    private static final int PAGE = 4096;
    /** Pages after which it is worth asking how many there are. */
    private static final int ASK = (int) (Reserve.LOG / 8 / PAGE);
    /** Records after which they are filed. */
    private static final int UNFILED = 2048;
    /** Principals after which the chains are forgotten; those that come again are looked up. */
    private static final int CHAINS = 10_000;

    private final Connection connection;
    private final InstantSource clock;
    private final LeafWriter writer = new LeafWriter();
    private final Chains chains;
    private final TreeSet<Long> unclosed;
    private final PreparedStatement begin;
    private final PreparedStatement commit;
    private final PreparedStatement insert;
    private final PreparedStatement lastOf;
    private final PreparedStatement logged;
    private final PreparedStatement checkpoint;
    private boolean syncing = true; // as Sqlite.connect leaves it
    private long filed;
    private long last;
    private byte[] head;
    private int pages; // about how many went to the log since it was asked for

    private Ledger(Path file, Connection connection, InstantSource clock) throws SQLException {
        this.connection = connection;
        this.clock = clock;
        // We move the log into the file ourselves, between batches: SQLite would do it inside a commit that callers
        // wait for, and would not say when it fails. And a lock that another program holds must show within a second.
        run("PRAGMA wal_autocheckpoint = 0");
        run("PRAGMA busy_timeout = 500");
        Sqlite.migrate(connection, file, SCHEMA);
        var ending = Ending.of(connection, file);
        chains = ending.chains;
        unclosed = ending.unclosed;
        filed = ending.filed;
        last = ending.last;
        head = ending.head;
        begin = connection.prepareStatement("BEGIN IMMEDIATE");
        commit = connection.prepareStatement("COMMIT");
        insert = connection.prepareStatement(
                "INSERT INTO record (seq, hash, principal, kind, leaf) VALUES (?, ?, ?, ?, ?)");
        lastOf = connection.prepareStatement("SELECT hash FROM record WHERE seq ="
                + " (SELECT seq FROM by_principal WHERE principal = ? ORDER BY seq DESC LIMIT 1)");
        logged = connection.prepareStatement("PRAGMA wal_checkpoint(NOOP)");
        checkpoint = connection.prepareStatement("PRAGMA wal_checkpoint(PASSIVE)");
    }

    /**
     * Opens the file, makes it when it is missing, and looks at the end of it.
     *
     * @throws CannotOpenAudit when the last records are damaged
     * @throws com.kruxos.store.CannotOpenDatabase when it is not our database or SQLite cannot open it
     */
    static Ledger open(Path file, InstantSource clock) throws SQLException {
        var connection = Sqlite.connect(file);
        try {
            return new Ledger(file, connection, clock);
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
            run(synced ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
            syncing = synced;
        }
        begin.execute();
    }

    /** Writes one record in the transaction and gives back its number. */
    long add(Entry entry) throws SQLException {
        var seq = last + 1;
        var chain = chain(entry.principal());
        writer.write(seq, clock.instant(), chain.last, entry);
        var hash = writer.hash();
        insert.setLong(1, seq);
        insert.setBytes(2, hash);
        insert.setString(3, chain.principal);
        insert.setString(4, entry.kind());
        insert.setBytes(5, writer.leaf());
        insert.executeUpdate();
        mark(seq, entry);
        chain.last = hash;
        last = seq;
        head = hash;
        pages += 1 + writer.length() / PAGE;
        return seq;
    }

    void commit() throws SQLException {
        commit.execute();
        pages += 3;
    }

    /** Files records when there are many. For when nobody waits for a commit, between transactions. */
    void tidy() throws SQLException {
        if (last - filed >= UNFILED || chains.size() >= CHAINS) {
            file();
        }
    }

    /** Whether the write-ahead log has that many bytes or more that are not in the file yet, as of some pages ago. */
    boolean logged(long bytes) throws SQLException {
        if (pages < ASK) {
            return false;
        }
        pages = 0;
        try (var rows = logged.executeQuery()) {
            return rows.next() && rows.getInt(2) >= bytes / PAGE && rows.getInt(2) != rows.getInt(3);
        }
    }

    /** Enters the records since the last time into the tables by which they are found. */
    void file() throws SQLException {
        begin(false);
        var these = " FROM record WHERE seq > " + filed + " AND seq <= " + last;
        run("INSERT INTO by_principal (principal, seq) SELECT principal, seq" + these + " ORDER BY principal, seq");
        run("INSERT INTO by_kind (kind, seq) SELECT kind, seq" + these + " ORDER BY kind, seq");
        run("DELETE FROM unclosed");
        try (var mark = connection.prepareStatement("INSERT INTO unclosed (seq) VALUES (?)")) {
            for (var seq : unclosed) {
                mark.setLong(1, seq);
                mark.executeUpdate();
            }
        }
        run("UPDATE filed SET seq = " + last);
        commit();
        filed = last;
        pages += ASK;
        if (chains.size() >= CHAINS) {
            chains.clear();
        }
    }

    /**
     * Moves what it can of the write-ahead log into the file and syncs both; true when that was all.
     *
     * <p>A PASSIVE checkpoint waits for nobody. When all was moved, the next commit begins the log anew, in the same
     * space: the log grows beyond what it was given only while a reader keeps an old snapshot, and is never cut.
     */
    boolean moveLog() throws SQLException {
        try (var rows = checkpoint.executeQuery()) {
            return rows.next() && rows.getInt(1) == 0 && rows.getInt(2) == rows.getInt(3);
        }
    }

    /** The number of the last record; 0 when there is none. */
    long last() {
        return last;
    }

    /** The hash of the last record; empty when there is none. Not to be changed. */
    byte[] head() {
        return head;
    }

    /** The numbers of the records that announced something and are not closed, in order. */
    SortedSet<Long> unclosed() {
        return new TreeSet<>(unclosed);
    }

    /** Whether the file has that record with that hash. */
    boolean has(long seq, byte[] hash) throws SQLException {
        try (var select = connection.prepareStatement("SELECT hash FROM record WHERE seq = ?")) {
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

    private Chain chain(Principal principal) throws SQLException {
        var chain = chains.find(principal);
        if (chain != null) {
            return chain;
        }
        var key = principal.key();
        lastOf.setString(1, key); // whoever has a record that is not filed yet is among the chains
        try (var rows = lastOf.executeQuery()) {
            return chains.put(principal.type(), principal.id(), key, rows.next() ? rows.getBytes(1) : null);
        }
    }

    private void mark(long seq, Entry entry) {
        if (entry.opens()) {
            unclosed.add(seq);
        }
        if (entry.closes() != 0) {
            unclosed.remove(entry.closes());
        }
    }

    private void run(String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
