package com.kruxos.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;

/** Changes one byte of an audit log, as an attacker with access to the file could. */
final class Tampering {
    private Tampering() {}

    /**
     * Returns a copy of the audit database with one changed byte in a middle record. The copy is deleted when the JVM
     * exits.
     */
    static Path flipOneByte(Path audit) {
        try {
            var folder = Files.createTempDirectory("kruxos-tampered-");
            folder.toFile().deleteOnExit();
            var copy = folder.resolve("audit.db");
            copy.toFile().deleteOnExit();
            try (var original = DriverManager.getConnection("jdbc:sqlite:file:" + audit + "?mode=ro");
                    var statement = original.createStatement()) {
                statement.executeUpdate("VACUUM INTO '" + copy.toString().replace("'", "''") + "'");
            }
            flip(copy);
            return copy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (SQLException e) {
            throw new IllegalStateException("cannot change the copy of the audit log", e);
        }
    }

    private static void flip(Path copy) throws SQLException {
        try (var database = DriverManager.getConnection("jdbc:sqlite:" + copy);
                var read = database.createStatement();
                var row = read.executeQuery(
                        "SELECT seq, leaf FROM record WHERE seq = (SELECT max(seq) / 2 FROM record)");
                var write = database.prepareStatement("UPDATE record SET leaf = ? WHERE seq = ?")) {
            row.next();
            var leaf = row.getBytes(2);
            leaf[leaf.length / 2] ^= 1;
            write.setBytes(1, leaf);
            write.setLong(2, row.getLong(1));
            write.executeUpdate();
        }
    }
}
