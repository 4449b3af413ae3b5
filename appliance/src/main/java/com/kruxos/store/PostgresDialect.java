package com.kruxos.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** Types are checked by PostgreSQL itself, so a table needs no {@code strict}. Works in the connection's own schema. */
final class PostgresDialect implements Dialect {
    @Override
    public String ddl(String schema) {
        return schema.replace("{integer}", "bigint")
                .replace("{boolean}", "boolean")
                .replace("{time}", "bigint")
                .replace("{bytes}", "bytea")
                .replace("{strict_without_rowid}", "")
                .replace("{strict}", "");
    }

    @Override
    public boolean isEmpty(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("select 1 from pg_tables where schemaname = current_schema()")) {
            return !rows.next();
        }
    }

    @Override
    public boolean hasTable(Connection connection, String name) throws SQLException {
        try (var query = connection.prepareStatement(
                "select 1 from pg_tables where schemaname = current_schema() and tablename = ?")) {
            query.setString(1, name);
            try (var rows = query.executeQuery()) {
                return rows.next();
            }
        }
    }

    /** Nothing outside looks into a PostgreSQL database by file; {@code schema_version} names the application. */
    @Override
    public void setApplicationId(Connection connection, int applicationId) {}

    @Override
    public void lockForMigration(Connection connection, int applicationId) throws SQLException {
        try (var lock = connection.prepareStatement("select pg_advisory_xact_lock(?)")) {
            lock.setLong(1, applicationId);
            lock.execute();
        }
    }

    @Override
    public void purgeDeleted(Statement statement) throws SQLException {
        statement.execute("vacuum");
    }
}
