package com.kruxos.server;

import com.kruxos.json.Json;
import com.kruxos.store.Database;
import com.kruxos.store.SqlTime;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.List;

/** The configured servers in the database. */
final class ServerTable {
    private final Database database;

    ServerTable(Database database) {
        this.database = database;
    }

    List<Server> all() {
        return database.read(handle -> handle.createQuery("select * from server order by space_id, name")
                .map((row, context) -> fromRow(row))
                .list());
    }

    void insert(Server server) {
        database.write(handle -> handle.createUpdate("""
                        insert into server (id, space_id, name, command, env, plain_env, grants, cwd, prefixed, url, headers,
                               per_agent, offline, enabled, created_at)
                        values (:id, :space_id, :name, :command, :env, :plain_env, :grants, :cwd, :prefixed, :url, :headers,
                               :per_agent, :offline, :enabled, :created_at)
                        """)
                .bind("id", server.id())
                .bind("space_id", server.space())
                .bind("name", server.name())
                .bind("command", Json.write(server.command()))
                .bind("env", Json.write(server.env()))
                .bind("plain_env", Json.write(server.plainEnv()))
                .bind("grants", Json.write(server.grants()))
                .bind("cwd", server.cwd())
                .bind("prefixed", server.prefixed())
                .bind("url", server.url())
                .bind("headers", Json.write(server.headers()))
                .bind("per_agent", server.perAgent())
                .bind("offline", server.offline())
                .bind("enabled", server.enabled())
                .bind("created_at", SqlTime.micros(server.created()))
                .execute());
    }

    void setEnabled(String id, boolean enabled) {
        database.write(handle -> handle.execute("update server set enabled = ? where id = ?", enabled, id));
    }

    boolean delete(String id) {
        return database.write(handle -> handle.execute("delete from server where id = ?", id)) > 0;
    }

    private static Server fromRow(ResultSet row) throws SQLException {
        return new Server(
                row.getString("id"),
                row.getString("space_id"),
                row.getString("name"),
                Json.readStrings(row.getString("command")),
                Json.readStringMap(row.getString("env")),
                Json.readStringMap(row.getString("plain_env")),
                new LinkedHashSet<>(Json.readStrings(row.getString("grants"))),
                row.getString("cwd"),
                row.getBoolean("prefixed"),
                row.getString("url"),
                Json.readStringMap(row.getString("headers")),
                row.getBoolean("per_agent"),
                row.getBoolean("offline"),
                row.getBoolean("enabled"),
                SqlTime.read(row, "created_at"));
    }
}
