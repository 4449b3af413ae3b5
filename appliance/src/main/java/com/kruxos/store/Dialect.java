package com.kruxos.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * What SQLite and PostgreSQL do differently. Statements use only SQL that both understand: {@code on conflict},
 * {@code returning}, {@code true} and {@code false} are the same in both.
 *
 * <p>The appliance runs on SQLite. PostgreSQL is far enough along to hold the schema and to check every statement.
 */
sealed interface Dialect permits SqliteDialect, PostgresDialect {
    Dialect SQLITE = new SqliteDialect();
    Dialect POSTGRES = new PostgresDialect();

    /** The statements of a schema file, with the words in braces replaced by this database's own. */
    String ddl(String schema);

    /** Whether the database holds nothing yet, from us or from another program. */
    boolean isEmpty(Connection connection) throws SQLException;

    boolean hasTable(Connection connection, String name) throws SQLException;

    /** Marks a new database as one of ours for programs that look at it from outside. */
    void setApplicationId(Connection connection, int applicationId) throws SQLException;

    /** Keeps other processes from migrating the same database until the transaction ends. */
    void lockForMigration(Connection connection, int applicationId) throws SQLException;

    /** Removes the bytes of deleted rows from the disk. No reader may hold a snapshot. */
    void purgeDeleted(Statement statement) throws SQLException;
}
