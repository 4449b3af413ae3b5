package com.kruxos.audit;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.TreeSet;

/**
 * Reads the end of the log when it is opened: the last record, the chain heads and the open intents. Verifies it, too,
 * so that a start does not continue a broken log.
 */
final class RecoveryScan {
    /** Minimum number of records to read. */
    private static final int MIN_RECORDS = 256;

    private static final String HINT =
            "run kruxos audit verify; keep the damaged file as evidence and restore a backup";

    final ChainHeads chainHeads = new ChainHeads();
    final TreeSet<Long> openIntents = new TreeSet<>();
    long indexedSeq;
    long lastSeq;
    byte[] head = new byte[0];

    private RecoveryScan() {}

    /**
     * Reads the records that are not indexed yet, and at least the last 256. Checks that sequence numbers have no gap,
     * and checks leaves, hashes, and chains as far as they are visible.
     *
     * @throws AuditOpenFailed naming the first invalid record
     */
    static RecoveryScan run(Connection connection, Path file) throws SQLException {
        var scan = new RecoveryScan();
        try (var statement = connection.createStatement()) {
            try (var rows = statement.executeQuery("select seq from index_state")) {
                scan.indexedSeq = rows.next() ? rows.getLong(1) : 0;
            }
            try (var rows = statement.executeQuery("select seq from open_intent")) {
                while (rows.next()) {
                    scan.openIntents.add(rows.getLong(1));
                }
            }
            scan.read(connection, file);
        }
        return scan;
    }

    private void read(Connection connection, Path file) throws SQLException {
        var first = firstSeq(connection);
        var verifier = ChainVerifier.startingAt(first);
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(
                        // Sequence numbers below 1 exist only after tampering; the lower bound must not hide them.
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
            throw new AuditOpenFailed(file, "record " + indexedSeq + ": it and all later records are missing", HINT);
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
