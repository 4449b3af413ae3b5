package com.kruxos.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Brings a database to a {@link Schema}. The table {@code schema_version} names the application and the number of
 * migrations that were applied. Each migration and its version number are one transaction.
 */
final class Migrator {
    private static final String VERSION_TABLE = """
            create table schema_version (
                application {integer} not null primary key,
                version {integer} not null
            ) {strict}""";

    private final Connection connection;
    private final Dialect dialect;
    private final Schema schema;

    Migrator(Connection connection, Dialect dialect, Schema schema) {
        this.connection = connection;
        this.dialect = dialect;
        this.schema = schema;
    }

    /** @throws DatabaseOpenFailed when the database is not ours, or newer than this build; nothing is changed then */
    void migrate(Path file) throws SQLException {
        var version = version();
        if (version < 0) {
            throw new DatabaseOpenFailed(
                    file,
                    "it belongs to another program or to a pre-release of KruxOS",
                    "point --home at a KruxOS home");
        }
        if (version > schema.migrations().size()) {
            throw new DatabaseOpenFailed(
                    file,
                    "it was written by a newer KruxOS (schema " + version + ", this build knows "
                            + schema.migrations().size() + ")",
                    "start the newer version, or restore a backup made by this one");
        }
        while (version() < schema.migrations().size()) {
            applyNext();
        }
    }

    /** The number of migrations applied; negative when the database is not ours. */
    private int version() throws SQLException {
        if (!dialect.hasTable(connection, "schema_version")) {
            return dialect.isEmpty(connection) ? 0 : -1;
        }
        try (var query = connection.prepareStatement("select version from schema_version where application = ?")) {
            query.setInt(1, schema.applicationId());
            try (var rows = query.executeQuery()) {
                return rows.next() ? rows.getInt(1) : -1;
            }
        }
    }

    private void applyNext() throws SQLException {
        connection.setAutoCommit(false);
        try {
            dialect.lockForMigration(connection, schema.applicationId());
            var version = version(); // another process may have been faster
            if (version < schema.migrations().size()) {
                apply(version);
            }
            connection.commit();
        } catch (SQLException | RuntimeException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(true);
        }
    }

    private void apply(int migration) throws SQLException {
        if (migration == 0) {
            run(VERSION_TABLE);
            run("insert into schema_version (application, version) values (" + schema.applicationId() + ", 0)");
            dialect.setApplicationId(connection, schema.applicationId());
        }
        run(schema.migrationSql(migration));
        run("update schema_version set version = " + (migration + 1) + " where application = "
                + schema.applicationId());
    }

    private void run(String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.executeUpdate(dialect.ddl(sql));
        }
    }
}
