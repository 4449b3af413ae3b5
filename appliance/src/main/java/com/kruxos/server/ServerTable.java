package com.kruxos.server;

import com.kruxos.store.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The declared servers, as rows. */
final class ServerTable {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Database database;

    ServerTable(Database database) {
        this.database = database;
    }

    List<Server> all() {
        return database.read(handle -> handle.createQuery("SELECT * FROM server ORDER BY space, name")
                .map((row, context) -> server(row))
                .list());
    }

    void insert(Server server) {
        database.write(handle -> handle.createUpdate("""
                        INSERT INTO server (id, space, name, command, env, plain_env, grants, cwd, prefixed, url, headers, per_agent, enabled, created)
                        VALUES (:id, :space, :name, :command, :env, :plain_env, :grants, :cwd, :prefixed, :url, :headers, :per_agent, :enabled, :created)
                        """)
                .bind("id", server.id())
                .bind("space", server.space())
                .bind("name", server.name())
                .bind("command", JSON.writeValueAsString(server.command()))
                .bind("env", JSON.writeValueAsString(server.env()))
                .bind("plain_env", JSON.writeValueAsString(server.plainEnv()))
                .bind("grants", JSON.writeValueAsString(server.grants()))
                .bind("cwd", server.cwd())
                .bind("prefixed", server.prefixed() ? 1 : 0)
                .bind("url", server.url())
                .bind("headers", JSON.writeValueAsString(server.headers()))
                .bind("per_agent", server.perAgent() ? 1 : 0)
                .bind("enabled", server.enabled() ? 1 : 0)
                .bind("created", server.created().toString())
                .execute());
    }

    void enabled(String id, boolean enabled) {
        database.write(handle -> handle.execute("UPDATE server SET enabled = ? WHERE id = ?", enabled ? 1 : 0, id));
    }

    boolean delete(String id) {
        return database.write(handle -> handle.execute("DELETE FROM server WHERE id = ?", id)) > 0;
    }

    private static Server server(ResultSet row) throws SQLException {
        return new Server(
                row.getString("id"),
                row.getString("space"),
                row.getString("name"),
                JSON.readValue(row.getString("command"), new TypeReference<List<String>>() {}),
                JSON.readValue(row.getString("env"), new TypeReference<Map<String, String>>() {}),
                JSON.readValue(row.getString("plain_env"), new TypeReference<Map<String, String>>() {}),
                JSON.readValue(row.getString("grants"), new TypeReference<Set<String>>() {}),
                row.getString("cwd"),
                row.getInt("prefixed") == 1,
                row.getString("url"),
                JSON.readValue(row.getString("headers"), new TypeReference<Map<String, String>>() {}),
                row.getInt("per_agent") == 1,
                row.getInt("enabled") == 1,
                Instant.parse(row.getString("created")));
    }
}
