package com.kruxos.identity;

import com.kruxos.store.SqlTime;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;

/** The rows of tickets. Every method runs inside the caller's transaction. */
final class TicketTable {
    /** A ticket and the hash it is looked up by. */
    record TicketRow(AccessTicket ticket, CredentialHash hash) {}

    private TicketTable() {}

    static List<TicketRow> selectAll(Handle handle) {
        return handle.createQuery("select id, agent_id, hash, last_four, via, created_at, expires_at from agent_ticket")
                .map(TicketTable::ticket)
                .list();
    }

    static List<TicketRow> selectOf(Handle handle, String agent) {
        return handle.createQuery("""
                        select id, agent_id, hash, last_four, via, created_at, expires_at from agent_ticket
                        where agent_id = :agent_id
                        """)
                .bind("agent_id", agent)
                .map(TicketTable::ticket)
                .list();
    }

    static void insert(Handle handle, AccessTicket ticket, CredentialHash hash) {
        handle.createUpdate("""
                        insert into agent_ticket (id, agent_id, hash, last_four, via, created_at, expires_at)
                        values (:id, :agent_id, :hash, :last_four, :via, :created_at, :expires_at)
                        """)
                .bind("id", ticket.id())
                .bind("agent_id", ticket.agent())
                .bind("hash", hash.bytes())
                .bind("last_four", ticket.lastFour())
                .bind("via", ticket.via())
                .bind("created_at", SqlTime.micros(ticket.created()))
                .bind("expires_at", SqlTime.micros(ticket.expires()))
                .execute();
    }

    static void delete(Handle handle, Collection<AccessTicket> tickets) {
        var batch = handle.prepareBatch("delete from agent_ticket where id = :id");
        tickets.forEach(ticket -> batch.bind("id", ticket.id()).add());
        batch.execute();
    }

    private static TicketRow ticket(ResultSet row, StatementContext context) throws SQLException {
        return new TicketRow(
                new AccessTicket(
                        row.getString("id"),
                        row.getString("agent_id"),
                        row.getString("last_four"),
                        row.getString("via"),
                        SqlTime.read(row, "created_at"),
                        SqlTime.read(row, "expires_at")),
                new CredentialHash(row.getBytes("hash")));
    }
}
