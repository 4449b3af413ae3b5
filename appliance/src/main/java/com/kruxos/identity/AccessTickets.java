package com.kruxos.identity;

import com.kruxos.store.Database;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/**
 * The tickets of all agents, cached as {@link Agents} caches its keys: a ticket that is not here is unknown. Reading is
 * safe for any thread; changes need the lock of {@link Agents}.
 */
final class AccessTickets {
    private final Database database;
    private final ChangeFeed changes;
    private final Map<CredentialHash, AccessTicket> byHash = new ConcurrentHashMap<>();
    private final Map<String, AccessTicket> byId = new ConcurrentHashMap<>();

    AccessTickets(Database database, ChangeFeed changes) {
        this.database = database;
        this.changes = changes;
    }

    void load() {
        for (var row : database.read(TicketTable::selectAll)) {
            cache(row.ticket(), row.hash());
        }
    }

    Optional<AccessTicket> find(CredentialHash hash) {
        return Optional.ofNullable(byHash.get(hash));
    }

    /** The ticket with this id, if it belongs to this agent and is valid at {@code now}. */
    Optional<AccessTicket> findValid(String agent, String id, Instant now) {
        return Optional.ofNullable(byId.get(id))
                .filter(ticket -> ticket.agent().equals(agent) && ticket.isValidAt(now));
    }

    /** The tickets of an agent that are valid at {@code now}, oldest first. */
    List<AccessTicket> validOf(String agent, Instant now) {
        return byId.values().stream()
                .filter(ticket -> ticket.agent().equals(agent) && ticket.isValidAt(now))
                .sorted(Comparator.comparing(AccessTicket::created).thenComparing(AccessTicket::id))
                .toList();
    }

    void add(AccessTicket ticket, CredentialHash hash) {
        database.write(handle -> {
            TicketTable.insert(handle, ticket, hash);
            return ticket;
        });
        changes.publish(ChangeFeed.Subject.AGENT, ticket.agent());
    }

    /** Deletes matching tickets. Returns them, oldest first. */
    List<AccessTicket> delete(Predicate<AccessTicket> which) {
        var deleted = byId.values().stream()
                .filter(which)
                .sorted(Comparator.comparing(AccessTicket::created))
                .toList();
        if (deleted.isEmpty()) {
            return deleted;
        }
        database.write(handle -> {
            TicketTable.delete(handle, deleted);
            return deleted;
        });
        deleted.stream()
                .map(AccessTicket::agent)
                .distinct()
                .forEach(agent -> changes.publish(ChangeFeed.Subject.AGENT, agent));
        return deleted;
    }

    /** Reads the tickets of an agent again. A valid ticket is in the cache all the time. */
    void reload(Handle handle, String agent) {
        var rows = TicketTable.selectOf(handle, agent);
        rows.forEach(row -> cache(row.ticket(), row.hash()));
        var stored = rows.stream().map(TicketTable.TicketRow::ticket).collect(Collectors.toSet());
        byHash.values().removeIf(ticket -> ticket.agent().equals(agent) && !stored.contains(ticket));
        byId.values().removeIf(ticket -> ticket.agent().equals(agent) && !stored.contains(ticket));
    }

    int size() {
        return byHash.size();
    }

    private void cache(AccessTicket ticket, CredentialHash hash) {
        byId.put(ticket.id(), ticket);
        byHash.put(hash, ticket);
    }
}
