package com.kruxos.identity;

import com.kruxos.store.Database;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * The tickets of all agents, cached as {@link Agents} caches its keys: a ticket that is not here is unknown. Reading is
 * safe for any thread; changes need the lock of {@link Agents}.
 */
final class AccessTickets {
    private final Database database;
    private final Map<CredentialHash, AccessTicket> byHash = new ConcurrentHashMap<>();
    private final Map<String, AccessTicket> byId = new ConcurrentHashMap<>();

    AccessTickets(Database database) {
        this.database = database;
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
        cache(ticket, hash);
    }

    /** Deletes matching tickets from the database, then from the cache. Returns them, oldest first. */
    List<AccessTicket> delete(Predicate<AccessTicket> which) {
        var ending = byId.values().stream()
                .filter(which)
                .sorted(Comparator.comparing(AccessTicket::created))
                .toList();
        if (ending.isEmpty()) {
            return ending;
        }
        database.write(handle -> {
            TicketTable.delete(handle, ending);
            return ending;
        });
        evict(ending::contains);
        return ending;
    }

    /** Removes tickets from the cache whose rows were deleted with their agents. */
    void evict(Predicate<AccessTicket> which) {
        byHash.values().removeIf(which);
        byId.values().removeIf(which);
    }

    int size() {
        return byHash.size();
    }

    private void cache(AccessTicket ticket, CredentialHash hash) {
        byId.put(ticket.id(), ticket);
        byHash.put(hash, ticket);
    }
}
