package com.kruxos.identity;

import com.kruxos.store.SqlTime;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;

/** The rows of agents and their keys. Every method runs inside the caller's transaction. */
final class AgentTable {
    /** A key, the agent it belongs to, and the hash it is looked up by. */
    record KeyRow(String agent, CredentialHash hash, AgentKey key) {}

    private AgentTable() {}

    static List<Agent> selectAgents(Handle handle) {
        return handle.createQuery("select id, space_id, name, purpose, state, created_at, expires_at from agent")
                .map(AgentTable::agent)
                .list();
    }

    static Optional<Agent> selectAgent(Handle handle, String id) {
        return handle.createQuery("""
                        select id, space_id, name, purpose, state, created_at, expires_at from agent where id = :id
                        """).bind("id", id).map(AgentTable::agent).findOne();
    }

    static List<KeyRow> selectKeys(Handle handle) {
        return handle.createQuery("""
                        select id, agent_id, hash, last_four, created_at, expires_at from agent_key order by created_at, id
                        """).map(AgentTable::key).list();
    }

    static List<KeyRow> selectKeys(Handle handle, String agent) {
        return handle.createQuery("""
                        select id, agent_id, hash, last_four, created_at, expires_at from agent_key
                        where agent_id = :agent_id order by created_at, id
                        """)
                .bind("agent_id", agent)
                .map(AgentTable::key)
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
        handle.createUpdate("""
                        insert into agent (id, space_id, name, purpose, state, created_at, expires_at)
                        values (:id, :space_id, :name, :purpose, :state, :created_at, :expires_at)
                        """)
                .bind("id", agent.id())
                .bind("space_id", agent.space())
                .bind("name", agent.name())
                .bind("purpose", agent.purpose())
                .bind("state", agent.state().text())
                .bind("created_at", SqlTime.micros(agent.created()))
                .bind("expires_at", SqlTime.nullableMicros(agent.expires()))
                .execute();
    }

    static void insertKey(Handle handle, String agent, AgentKey key, CredentialHash hash) {
        handle.createUpdate("""
                        insert into agent_key (id, agent_id, hash, last_four, created_at, expires_at)
                        values (:id, :agent_id, :hash, :last_four, :created_at, :expires_at)
                        """)
                .bind("id", key.id())
                .bind("agent_id", agent)
                .bind("hash", hash.bytes())
                .bind("last_four", key.lastFour())
                .bind("created_at", SqlTime.micros(key.created()))
                .bind("expires_at", SqlTime.nullableMicros(key.expires()))
                .execute();
    }

    static void update(Handle handle, Agent agent) {
        handle.createUpdate("""
                        update agent set purpose = :purpose, state = :state, expires_at = :expires_at where id = :id
                        """)
                .bind("purpose", agent.purpose())
                .bind("state", agent.state().text())
                .bind("expires_at", SqlTime.nullableMicros(agent.expires()))
                .bind("id", agent.id())
                .execute();
    }

    static void updateKey(Handle handle, AgentKey key) {
        handle.createUpdate("update agent_key set expires_at = :expires_at where id = :id")
                .bind("expires_at", SqlTime.nullableMicros(key.expires()))
                .bind("id", key.id())
                .execute();
    }

    static void deleteKey(Handle handle, String key) {
        handle.execute("delete from agent_key where id = ?", key);
    }

    /** Deletes their keys and tickets, too. */
    static void deleteAll(Handle handle, String space) {
        handle.execute("delete from agent where space_id = ?", space);
    }

    private static Agent agent(ResultSet row, StatementContext context) throws SQLException {
        return new Agent(
                row.getString("id"),
                row.getString("space_id"),
                row.getString("name"),
                row.getString("purpose"),
                AgentState.of(row.getString("state")),
                SqlTime.read(row, "created_at"),
                SqlTime.readNullable(row, "expires_at"),
                List.of());
    }

    private static KeyRow key(ResultSet row, StatementContext context) throws SQLException {
        return new KeyRow(
                row.getString("agent_id"),
                new CredentialHash(row.getBytes("hash")),
                new AgentKey(
                        row.getString("id"),
                        row.getString("last_four"),
                        SqlTime.read(row, "created_at"),
                        SqlTime.readNullable(row, "expires_at")));
    }
}
