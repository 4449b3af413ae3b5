package com.kruxos.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

final class SqliteDialect implements Dialect {
    @Override
    public String ddl(String schema) {
        return schema.replace("{integer}", "integer")
                .replace("{boolean}", "integer")
                .replace("{time}", "integer")
                .replace("{bytes}", "blob")
                .replace("{strict_without_rowid}", "strict, without rowid")
                .replace("{strict}", "strict");
    }

    /** The application id counts too: a file that only has one belongs to another program. */
    @Override
    public boolean isEmpty(Connection connection) throws SQLException {
        return number(connection, "PRAGMA application_id") == 0
                && number(connection, "select count(*) from sqlite_schema") == 0;
    }

    @Override
    public boolean hasTable(Connection connection, String name) throws SQLException {
        try (var query = connection.prepareStatement("select 1 from sqlite_schema where type = 'table' and name = ?")) {
            query.setString(1, name);
            try (var rows = query.executeQuery()) {
                return rows.next();
            }
        }
    }

    @Override
    public void setApplicationId(Connection connection, int applicationId) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute("PRAGMA application_id = " + applicationId);
        }
    }

    /** The first write of the transaction takes the only write lock there is. */
    @Override
    public void lockForMigration(Connection connection, int applicationId) {}

    /** {@code secure_delete} overwrites deleted rows in the file; older versions of their pages are in the log. */
    @Override
    public void purgeDeleted(Statement statement) throws SQLException {
        try (var rows = statement.executeQuery("PRAGMA wal_checkpoint(TRUNCATE)")) {
            if (!rows.next() || rows.getInt(1) != 0) {
                throw new IllegalStateException("deleted data is still in the write-ahead log");
            }
        }
    }

    private static int number(Connection connection, String query) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(query)) {
            return rows.next() ? rows.getInt(1) : 0;
        }
    }
}
