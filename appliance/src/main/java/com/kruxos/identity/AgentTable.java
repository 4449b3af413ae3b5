package com.kruxos.identity;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The rows of agents and their keys. Every method runs inside a transaction of the caller. */
final class AgentTable {
    /** A key's row: which agent it opens for, and the hash it is found by. */
    record KeyRow(String agent, CredentialHash hash, AgentKey key) {}

    private AgentTable() {}

    static List<Agent> selectAgents(Handle handle) {
        return handle.createQuery("select id, space, name, purpose, state, created, expires from agent")
                .map((row, context) -> new Agent(
                        row.getString("id"),
                        row.getString("space"),
                        row.getString("name"),
                        row.getString("purpose"),
                        AgentState.of(row.getString("state")),
                        Instant.ofEpochMilli(row.getLong("created")),
                        instant(row, "expires"),
                        List.of()))
                .list();
    }

    static List<KeyRow> selectKeys(Handle handle) {
        return handle.createQuery(
                        "select id, agent, hash, last_four, created, expires from agent_key" + " order by created, id")
                .map((row, context) -> new KeyRow(
                        row.getString("agent"),
                        CredentialHash.ofHex(row.getString("hash")),
                        new AgentKey(
                                row.getString("id"),
                                row.getString("last_four"),
                                Instant.ofEpochMilli(row.getLong("created")),
                                instant(row, "expires"))))
                .list();
    }

    static boolean spaceExists(Handle handle, String space) {
        return handle.createQuery("select count(*) from space where id = :id")
                        .bind("id", space)
                        .mapTo(Integer.class)
                        .one()
                > 0;
    }

    static void insert(Handle handle, Agent agent) {
        handle.createUpdate("insert into agent (id, space, name, purpose, state, created, expires)"
                        + " values (:id, :space, :name, :purpose, :state, :created, :expires)")
                .bind("id", agent.id())
                .bind("space", agent.space())
                .bind("name", agent.name())
                .bind("purpose", agent.purpose())
                .bind("state", agent.state().text())
                .bind("created", agent.created().toEpochMilli())
                .bind("expires", millis(agent.expires()))
                .execute();
    }

    static void insertKey(Handle handle, String agent, AgentKey key, CredentialHash hash) {
        handle.createUpdate("insert into agent_key (id, agent, hash, last_four, created, expires)"
                        + " values (:id, :agent, :hash, :last_four, :created, :expires)")
                .bind("id", key.id())
                .bind("agent", agent)
                .bind("hash", hash.hex())
                .bind("last_four", key.lastFour())
                .bind("created", key.created().toEpochMilli())
                .bind("expires", millis(key.expires()))
                .execute();
    }

    static void update(Handle handle, Agent agent) {
        handle.createUpdate("update agent set purpose = :purpose, state = :state, expires = :expires where id = :id")
                .bind("purpose", agent.purpose())
                .bind("state", agent.state().text())
                .bind("expires", millis(agent.expires()))
                .bind("id", agent.id())
                .execute();
    }

    static void updateKey(Handle handle, AgentKey key) {
        handle.createUpdate("update agent_key set expires = :expires where id = :id")
                .bind("expires", millis(key.expires()))
                .bind("id", key.id())
                .execute();
    }

    static void deleteKey(Handle handle, String key) {
        handle.execute("delete from agent_key where id = ?", key);
    }

    /** Keys go with their agents. */
    static void deleteAll(Handle handle, String space) {
        handle.execute("delete from agent where space = ?", space);
    }

    static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        var millis = row.getLong(column);
        return row.wasNull() ? null : Instant.ofEpochMilli(millis);
    }

    static @Nullable Long millis(@Nullable Instant instant) {
        return instant == null ? null : instant.toEpochMilli();
    }
}
