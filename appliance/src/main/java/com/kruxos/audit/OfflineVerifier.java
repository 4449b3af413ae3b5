package com.kruxos.audit;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/** Verifies a file that no appliance has open: a copy of the database, or an export. Changes nothing. */
final class OfflineVerifier {
    private OfflineVerifier() {}

    static VerificationResult verify(Path file) {
        try {
            if (Files.size(file) == 0) {
                return verifyExport(file);
            }
            // SQLite tells which kind of file it is: reading and closing it ourselves would release the locks of a
            // connection that this process may have on it.
            try (var connection = DriverManager.getConnection(jdbcUrl(file))) {
                return verifyDatabase(file, connection);
            } catch (SQLException e) {
                if (WriteFailure.isNotADatabase(e)) {
                    return verifyExport(file);
                }
                throw e;
            }
        } catch (IOException | SQLException e) {
            throw new AuditReadFailed(
                    file,
                    String.valueOf(e.getMessage()),
                    "give a copy of audit.db, with its -wal file beside it in a writable folder, or an export",
                    e);
        }
    }

    /** Without a log file, "immutable" keeps SQLite from creating files beside a copy. */
    private static String jdbcUrl(Path file) throws IOException {
        var log = file.resolveSibling(file.getFileName() + "-wal");
        var alone = !Files.exists(log) || Files.size(log) == 0;
        return "jdbc:sqlite:" + file.toAbsolutePath().toUri() + "?mode=ro" + (alone ? "&immutable=1" : "");
    }

    private static VerificationResult verifyDatabase(Path file, Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            // The file may come from anywhere: no functions from its schema, no reading past a cell.
            statement.execute("PRAGMA trusted_schema = 0");
            statement.execute("PRAGMA cell_size_check = 1");
            if (!returnsValue(connection, "PRAGMA application_id", String.valueOf(AuditStore.APPLICATION_ID))) {
                throw new AuditReadFailed(file, "it is a database, but not an audit log", "give another file", null);
            }
        }
        var verifier = new ChainVerifier();
        try {
            if (returnsValue(connection, "select type from sqlite_schema where name = 'record'", "table")) {
                verifyRows(connection, verifier);
            } else {
                verifier.markUnreadable("there is no table of records");
            }
        } catch (SQLException e) {
            verifier.markUnreadable("the database cannot be read here: " + e.getMessage());
        }
        return verifier.result();
    }

    private static void verifyRows(Connection connection, ChainVerifier verifier) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("select " + AuditRecordRow.COLUMNS + " from record order by seq")) {
            while (rows.next() && verifier.add(AuditReader.toRow(rows))) {}
        }
    }

    private static boolean returnsValue(Connection connection, String query, String expected) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(query)) {
            return rows.next() && expected.equals(rows.getString(1));
        }
    }

    private static VerificationResult verifyExport(Path file) throws IOException {
        try (var stream = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            return ExportLine.verify(stream);
        }
    }
}
