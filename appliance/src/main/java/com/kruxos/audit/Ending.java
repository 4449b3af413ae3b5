package com.kruxos.audit;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.TreeSet;

/**
 * The end of the log, read when the file is opened: its last record, the chains of those in it, what is not closed.
 *
 * <p>It is checked on the way: a start must not continue what is already broken.
 */
final class Ending {
    /** How many records are read at least. */
    private static final int LOOKED_AT = 256;

    private static final String HINT =
            "run: kruxos audit verify; keep the damaged file for the inquiry and restore a backup";

    final Chains chains = new Chains();
    final TreeSet<Long> unclosed = new TreeSet<>();
    long filed;
    long last;
    byte[] head = new byte[0];

    private Ending() {}

    /**
     * Reads the records that are not filed yet, and at least the last 256: numbers without a gap, leaves, hashes, and
     * the chains as far as they show.
     *
     * @throws CannotOpenAudit naming the first record that does not hold
     */
    static Ending of(Connection connection, Path file) throws SQLException {
        var ending = new Ending();
        try (var statement = connection.createStatement()) {
            try (var rows = statement.executeQuery("SELECT seq FROM filed")) {
                ending.filed = rows.next() ? rows.getLong(1) : 0;
            }
            try (var rows = statement.executeQuery("SELECT seq FROM unclosed")) {
                while (rows.next()) {
                    ending.unclosed.add(rows.getLong(1));
                }
            }
            ending.read(connection, file);
        }
        return ending;
    }

    private void read(Connection connection, Path file) throws SQLException {
        var first = first(connection);
        var verifier = Verifier.from(first);
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(
                        // The condition is for numbers below 1, which nothing but tampering makes.
                        "SELECT " + Row.COLUMNS + " FROM record WHERE seq >= " + (first > 1 ? first : Long.MIN_VALUE)
                                + " ORDER BY seq")) {
            while (rows.next()) {
                var row = Reader.row(rows);
                if (!verifier.add(row)) {
                    throw broken(file, verifier.result());
                }
                take(row);
            }
        }
        if (last < filed) {
            throw new CannotOpenAudit(file, "record " + filed + ": it is missing, and all after it", HINT);
        }
    }

    private long first(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT max(seq) FROM record")) {
            var highest = rows.next() ? rows.getLong(1) : 0;
            return Math.max(1, Math.min(filed, highest - LOOKED_AT) + 1);
        }
    }

    private void take(Row row) {
        last = row.seq();
        head = row.hash();
        try {
            var leaf = LeafReader.read(row.leaf() == null ? new byte[0] : row.leaf());
            chains.put(leaf.type(), leaf.id(), leaf.principal(), row.hash());
            if (last > filed) {
                if (leaf.opens()) {
                    unclosed.add(last);
                }
                unclosed.remove(leaf.closes());
            }
        } catch (NotCanonical e) {
            throw new IllegalStateException("the verifier has read this leaf", e);
        }
    }

    private static CannotOpenAudit broken(Path file, Verification found) {
        var broken = found.broken();
        return new CannotOpenAudit(
                file, broken == null ? "its end is broken" : "record " + broken.seq() + ": " + broken.reason(), HINT);
    }
}
