package com.kruxos.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.kruxos.audit.AuditLog;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The schemas and statements that the appliance runs on SQLite are valid on a real PostgreSQL. */
@Timeout(120)
class PostgresDialectTest {
    private static final Schema AUDIT = new Schema(AuditLog.class, 0x4B525841, List.of("001-audit.sql"));
    private static final Path NAME = Path.of("postgres");

    private static PostgresServer server;

    @BeforeAll
    static void start() throws Exception {
        server = PostgresServer.start();
        try (var connection = connect("main")) {
            new Migrator(connection, Dialect.POSTGRES, Database.SCHEMA).migrate(NAME);
        }
        try (var connection = connect("audit")) {
            new Migrator(connection, Dialect.POSTGRES, AUDIT).migrate(NAME);
        }
    }

    @AfterAll
    static void stop() throws IOException {
        if (server != null) {
            server.close();
        }
    }

    @Test
    void migrationsAreAppliedOnce() throws SQLException {
        try (var connection = connect("main")) {
            assertThat(Dialect.POSTGRES.isEmpty(connection)).isFalse();
            new Migrator(connection, Dialect.POSTGRES, Database.SCHEMA).migrate(NAME);
        }
    }

    @Test
    void aFailedMigrationLeavesNothingBehind() throws SQLException {
        var broken = new Schema(PostgresDialectTest.class, 7, List.of("broken.sql"));
        try (var connection = connect("broken")) {
            assertThatThrownBy(() -> new Migrator(connection, Dialect.POSTGRES, broken).migrate(NAME))
                    .isInstanceOf(SQLException.class);
            assertThat(Dialect.POSTGRES.isEmpty(connection)).isTrue();
        }
    }

    @Test
    void databasesOfOtherProgramsAndNewerVersionsAreRefused() throws SQLException {
        try (var connection = connect("refused");
                var statement = connection.createStatement()) {
            statement.execute("create table other (id bigint)");
            assertRefused(connection, "another program");
            statement.execute("drop table other");
            new Migrator(connection, Dialect.POSTGRES, Database.SCHEMA).migrate(NAME);
            statement.execute("update schema_version set version = 99");
            assertRefused(connection, "newer KruxOS (schema 99");
        }
    }

    /** Names, types and syntax: PostgreSQL checks a statement against the schema when it is prepared. */
    @Test
    void everyCompleteStatementInTheSourcesCanBePrepared() throws Exception {
        var parser = new SqlParameterParser();
        var prepared = 0;
        try (var main = connect("main");
                var audit = connect("audit")) {
            for (var statement : SourceStatement.all()) {
                if (!statement.complete() || statement.sql().contains("sqlite_schema")) {
                    continue;
                }
                var connection = statement.file().toString().contains("/audit/") ? audit : main;
                var sql = parser.parse(statement.sql(), SqlParameterParserTest.context())
                        .getSql();
                try (var query = connection.prepareStatement(sql)) {
                    query.getParameterMetaData();
                    prepared++;
                } catch (SQLException e) {
                    throw new AssertionError(statement.toString(), e);
                }
            }
        }
        assertThat(prepared).isGreaterThan(40);
    }

    @Test
    void timesBooleansAndBytesAreStoredAsInSqlite() throws SQLException {
        var time = Instant.parse("2026-11-21T10:20:30.123456Z");
        try (var handle = SqlParameterParser.createJdbi(() -> connect("main")).open()) {
            insertServer(handle, time);
            insertFeature(handle, true);
            insertFeature(handle, false);
            assertThat(handle.createQuery("select created_at, offline from server where enabled")
                            .map((row, context) -> List.of(SqlTime.read(row, "created_at"), row.getBoolean("offline")))
                            .one())
                    .isEqualTo(List.of(time, false));
            assertThat(handle.createQuery("select definition from feature where not listed")
                            .map((row, context) -> row.getBytes("definition"))
                            .one())
                    .containsExactly(0, 1, 2);
            handle.execute("delete from server");
            assertThat(handle.createQuery("select count(*) from feature")
                            .mapTo(Integer.class)
                            .one())
                    .as("features are deleted with their server")
                    .isZero();
        }
    }

    private static void insertServer(Handle handle, Instant time) {
        handle.createUpdate("""
                        insert into server (id, space_id, name, command, env, plain_env, grants, headers,
                               prefixed, per_agent, offline, enabled, created_at)
                        values ('srv_1', 'spc_1', 'github', '[]', '{}', '{}', '[]', '{}', true, false, false, :enabled, :time)
                        """)
                .bind("enabled", true)
                .bind("time", SqlTime.micros(time))
                .execute();
    }

    private static void insertFeature(Handle handle, boolean listed) {
        handle.createUpdate("""
                        insert into feature (server_id, kind, upstream_name, space_id, name, definition, listed)
                        values ('srv_1', 'tool', 'echo', 'spc_1', 'github__echo', :definition, :listed)
                        on conflict (server_id, kind, upstream_name)
                        do update set definition = excluded.definition, listed = excluded.listed
                        """)
                .bind("definition", new byte[] {0, 1, 2})
                .bind("listed", listed)
                .execute();
    }

    private static void assertRefused(Connection connection, String reason) {
        assertThatThrownBy(() -> new Migrator(connection, Dialect.POSTGRES, Database.SCHEMA).migrate(NAME))
                .isInstanceOf(DatabaseOpenFailed.class)
                .hasMessageContaining(reason);
    }

    /** Each application has a PostgreSQL schema of its own. */
    private static Connection connect(String schema) throws SQLException {
        var connection = server.connect();
        try (var statement = connection.createStatement()) {
            statement.execute("create schema if not exists " + schema);
            statement.execute("set search_path to " + schema);
        }
        return connection;
    }
}
