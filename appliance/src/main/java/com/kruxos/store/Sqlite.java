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

/** Opens SQLite files with the settings of the appliance, and migrates them to the schema of this build. */
public final class Sqlite {
    /**
     * Required for every connection. WAL: readers never wait for the writer. synchronous 2 (FULL): a commit survives a
     * power cut; NORMAL lost every acknowledged row in a test. secure_delete: a deleted wrapped key leaves the file.
     * trusted_schema and cell_size_check: a file edited by another program cannot call functions or make SQLite read
     * past its cells.
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
     * Opens a connection with our settings, reading each back. Creates the file with mode 0600 when it is missing.
     *
     * @throws DatabaseOpenFailed when the file is not a database, is damaged, or refuses a setting
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

    /** Like {@link #connect}, for JDBI. Closing the handle closes the connection. */
    public static Handle openHandle(Path file) {
        return SqlParameterParser.createJdbi(() -> connect(file)).open();
    }

    /**
     * Applies the migrations that the file does not have yet, each with its version number in one transaction.
     *
     * @throws DatabaseOpenFailed when it is not ours, newer than this build, or damaged; nothing is changed then
     */
    public static void migrate(Connection connection, Path file, Schema schema) {
        try {
            new Migrator(connection, Dialect.SQLITE, schema).migrate(file);
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
     * Without generated keys, which the driver would select after every insert and we never use. The driver is called
     * directly because {@code DriverManager} searches every jar for drivers first.
     */
    private static Properties connectionProperties() {
        var properties = new Properties();
        properties.setProperty("jdbc.get_generated_keys", "false");
        return properties;
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

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }
}
