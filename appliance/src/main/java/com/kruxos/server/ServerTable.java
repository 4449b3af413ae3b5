package com.kruxos.server;

import com.kruxos.json.Json;
import com.kruxos.store.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;

/** The configured servers in the database. */
final class ServerTable {
    private final Database database;

    ServerTable(Database database) {
        this.database = database;
    }

    List<Server> all() {
        return database.read(handle -> handle.createQuery("SELECT * FROM server ORDER BY space, name")
                .map((row, context) -> fromRow(row))
                .list());
    }

    void insert(Server server) {
        database.write(handle -> handle.createUpdate("""
                        INSERT INTO server (id, space, name, command, env, plain_env, grants, cwd, prefixed, url, headers, per_agent, offline, enabled, created)
                        VALUES (:id, :space, :name, :command, :env, :plain_env, :grants, :cwd, :prefixed, :url, :headers, :per_agent, :offline, :enabled, :created)
                        """)
                .bind("id", server.id())
                .bind("space", server.space())
                .bind("name", server.name())
                .bind("command", Json.text(server.command()))
                .bind("env", Json.text(server.env()))
                .bind("plain_env", Json.text(server.plainEnv()))
                .bind("grants", Json.text(server.grants()))
                .bind("cwd", server.cwd())
                .bind("prefixed", server.prefixed() ? 1 : 0)
                .bind("url", server.url())
                .bind("headers", Json.text(server.headers()))
                .bind("per_agent", server.perAgent() ? 1 : 0)
                .bind("offline", server.offline() ? 1 : 0)
                .bind("enabled", server.enabled() ? 1 : 0)
                .bind("created", server.created().toString())
                .execute());
    }

    void setEnabled(String id, boolean enabled) {
        database.write(handle -> handle.execute("UPDATE server SET enabled = ? WHERE id = ?", enabled ? 1 : 0, id));
    }

    boolean delete(String id) {
        return database.write(handle -> handle.execute("DELETE FROM server WHERE id = ?", id)) > 0;
    }

    private static Server fromRow(ResultSet row) throws SQLException {
        return new Server(
                row.getString("id"),
                row.getString("space"),
                row.getString("name"),
                Json.strings(row.getString("command")),
                Json.map(row.getString("env")),
                Json.map(row.getString("plain_env")),
                new LinkedHashSet<>(Json.strings(row.getString("grants"))),
                row.getString("cwd"),
                row.getInt("prefixed") == 1,
                row.getString("url"),
                Json.map(row.getString("headers")),
                row.getInt("per_agent") == 1,
                row.getInt("offline") == 1,
                row.getInt("enabled") == 1,
                Instant.parse(row.getString("created")));
    }
}
