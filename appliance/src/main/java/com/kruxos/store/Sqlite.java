package com.kruxos.store;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Properties;
import org.jdbi.v3.core.Handle;
import org.sqlite.JDBC;

/** Opens SQLite files the one way we allow, and brings them to the schema this build expects. */
public final class Sqlite {
    /**
     * What every connection must run with. WAL: readers never wait for the writer. FULL: a commit survives a power cut
     * (NORMAL was seen to lose every acknowledged row). secure_delete: a deleted wrapped key leaves the file.
     * trusted_schema and cell_size_check: a file somebody edited cannot call functions or be read past its cells.
     */
    private static final Map<String, String> PRAGMAS = Map.of(
            "journal_mode", "wal",
            "synchronous", "2",
            "secure_delete", "1",
            "trusted_schema", "0",
            "cell_size_check", "1",
            "foreign_keys", "1",
            "busy_timeout", "5000");

    private Sqlite() {}

    /**
     * A connection with our settings, each read back and compared. The file is made, 0600, when it is missing.
     *
     * @throws DatabaseOpenFailed when the file is not a database, is damaged, or a setting did not take
     */
    public static Connection connect(Path file) {
        try {
            createPrivateFile(file);
            var connection = JDBC.createConnection(JDBC.PREFIX + file, connectionProperties());
            try {
                applyPragmas(connection, file);
                return connection;
            } catch (SQLException | RuntimeException e) {
                connection.close();
                throw e;
            }
        } catch (SQLException | IOException e) {
            throw new DatabaseOpenFailed(
                    file, "check the file, its folder and the disk; restore a backup if it is damaged", e);
        }
    }

    /** The same for JDBI. Closing the handle closes the connection. */
    public static Handle openHandle(Path file) {
        return SqlParameterParser.createJdbi(() -> connect(file)).open();
    }

    /** Runs the steps the file has not seen, each in one transaction with the new version number. */
    public static void migrate(Connection connection, Path file, Schema schema) {
        try {
            var application = pragmaValue(connection, "application_id");
            var version = pragmaValue(connection, "user_version");
            if (version == 0 && application == 0) {
                execute(connection, "PRAGMA application_id = " + schema.applicationId());
            } else if (application != schema.applicationId()) {
                throw new DatabaseOpenFailed(file, "it belongs to another program", "point --home at a KruxOS home");
            }
            if (version > schema.migrations().size()) {
                throw new DatabaseOpenFailed(
                        file,
                        "it was written by a newer KruxOS (schema " + version + ", this build knows "
                                + schema.migrations().size() + ")",
                        "start the newer version, or restore a backup made by this one");
            }
            for (var step = version; step < schema.migrations().size(); step++) {
                connection.setAutoCommit(false);
                execute(connection, schema.migrationSql(step));
                execute(connection, "PRAGMA user_version = " + (step + 1));
                connection.commit();
                connection.setAutoCommit(true);
            }
        } catch (SQLException e) {
            throw new DatabaseOpenFailed(file, "restore a backup if the file is damaged", e);
        }
    }

    private static void createPrivateFile(Path file) throws IOException {
        var owner = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        try {
            Files.createFile(file, owner);
        } catch (FileAlreadyExistsException e) {
            // The usual case. SQLite gives the -wal and -shm files beside it the same mode.
        }
    }

    /**
     * Nobody asks for generated keys; the driver would select them behind every insert. The driver is asked by itself:
     * Java's manager of drivers looks through every jar for others first.
     */
    private static Properties connectionProperties() {
        var options = new Properties();
        options.setProperty("jdbc.get_generated_keys", "false");
        return options;
    }

    private static void applyPragmas(Connection connection, Path file) throws SQLException {
        for (var pragma : PRAGMAS.entrySet()) {
            execute(connection, "PRAGMA " + pragma.getKey() + " = " + pragma.getValue());
        }
        for (var pragma : PRAGMAS.entrySet()) {
            try (var statement = connection.createStatement();
                    var rows = statement.executeQuery("PRAGMA " + pragma.getKey())) {
                if (!rows.next() || !rows.getString(1).equals(pragma.getValue())) {
                    throw new DatabaseOpenFailed(
                            file,
                            "SQLite refused " + pragma.getKey() + " = " + pragma.getValue(),
                            "use a local disk that supports shared memory and locking");
                }
            }
        }
    }

    private static int pragmaValue(Connection connection, String pragma) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("PRAGMA " + pragma)) {
            return rows.next() ? rows.getInt(1) : 0;
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }
}
