package com.kruxos.identity;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** The rows of tickets. Every method runs inside a transaction of the caller. */
final class TicketTable {
    /** A ticket and the hash it is found by. */
    record TicketRow(AccessTicket ticket, CredentialHash hash) {}

    private TicketTable() {}

    static List<TicketRow> selectAll(Handle handle) {
        return handle.createQuery("select id, agent, hash, last_four, via, created, expires from agent_ticket")
                .map((row, context) -> new TicketRow(
                        new AccessTicket(
                                row.getString("id"),
                                row.getString("agent"),
                                row.getString("last_four"),
                                row.getString("via"),
                                Instant.ofEpochMilli(row.getLong("created")),
                                Instant.ofEpochMilli(row.getLong("expires"))),
                        CredentialHash.ofHex(row.getString("hash"))))
                .list();
    }

    static void insert(Handle handle, AccessTicket ticket, CredentialHash hash) {
        handle.createUpdate("insert into agent_ticket (id, agent, hash, last_four, via, created, expires)"
                        + " values (:id, :agent, :hash, :last_four, :via, :created, :expires)")
                .bind("id", ticket.id())
                .bind("agent", ticket.agent())
                .bind("hash", hash.hex())
                .bind("last_four", ticket.lastFour())
                .bind("via", ticket.via())
                .bind("created", ticket.created().toEpochMilli())
                .bind("expires", ticket.expires().toEpochMilli())
                .execute();
    }

    static void delete(Handle handle, Collection<AccessTicket> tickets) {
        var batch = handle.prepareBatch("delete from agent_ticket where id = :id");
        tickets.forEach(ticket -> batch.bind("id", ticket.id()).add());
        batch.execute();
    }
}
