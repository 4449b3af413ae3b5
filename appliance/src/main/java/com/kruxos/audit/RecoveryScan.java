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
final class RecoveryScan {
    /** How many records are read at least. */
    private static final int MIN_RECORDS = 256;

    private static final String HINT =
            "run: kruxos audit verify; keep the damaged file for the inquiry and restore a backup";

    final ChainHeads chainHeads = new ChainHeads();
    final TreeSet<Long> openIntents = new TreeSet<>();
    long indexedSeq;
    long lastSeq;
    byte[] head = new byte[0];

    private RecoveryScan() {}

    /**
     * Reads the records that are not filed yet, and at least the last 256: numbers without a gap, leaves, hashes, and
     * the chains as far as they show.
     *
     * @throws AuditOpenFailed naming the first record that does not hold
     */
    static RecoveryScan run(Connection connection, Path file) throws SQLException {
        var ending = new RecoveryScan();
        try (var statement = connection.createStatement()) {
            try (var rows = statement.executeQuery("select seq from index_state")) {
                ending.indexedSeq = rows.next() ? rows.getLong(1) : 0;
            }
            try (var rows = statement.executeQuery("select seq from open_intent")) {
                while (rows.next()) {
                    ending.openIntents.add(rows.getLong(1));
                }
            }
            ending.read(connection, file);
        }
        return ending;
    }

    private void read(Connection connection, Path file) throws SQLException {
        var first = firstSeq(connection);
        var verifier = ChainVerifier.startingAt(first);
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(
                        // The condition is for numbers below 1, which nothing but tampering makes.
                        "select " + AuditRecordRow.COLUMNS + " from record where seq >= "
                                + (first > 1 ? first : Long.MIN_VALUE) + " order by seq")) {
            while (rows.next()) {
                var row = AuditReader.toRow(rows);
                if (!verifier.add(row)) {
                    throw openFailure(file, verifier.result());
                }
                accept(row);
            }
        }
        if (lastSeq < indexedSeq) {
            throw new AuditOpenFailed(file, "record " + indexedSeq + ": it is missing, and all after it", HINT);
        }
    }

    private long firstSeq(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("select max(seq) from record")) {
            var highest = rows.next() ? rows.getLong(1) : 0;
            return Math.max(1, Math.min(indexedSeq, highest - MIN_RECORDS) + 1);
        }
    }

    private void accept(AuditRecordRow row) {
        lastSeq = row.seq();
        head = row.hash();
        try {
            var leaf = LeafReader.read(row.leaf() == null ? new byte[0] : row.leaf());
            chainHeads.put(leaf.principalType(), leaf.principalId(), leaf.principalKey(), row.hash());
            if (lastSeq > indexedSeq) {
                if (leaf.isIntent()) {
                    openIntents.add(lastSeq);
                }
                openIntents.remove(leaf.intentSeq());
            }
        } catch (MalformedLeaf e) {
            throw new IllegalStateException("the verifier has read this leaf", e);
        }
    }

    private static AuditOpenFailed openFailure(Path file, VerificationResult found) {
        var broken = found.broken();
        return new AuditOpenFailed(
                file, broken == null ? "its end is broken" : "record " + broken.seq() + ": " + broken.reason(), HINT);
    }
}
