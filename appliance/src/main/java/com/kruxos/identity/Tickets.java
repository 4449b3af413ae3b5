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
 * The tickets of all agents, held as {@link Agents} holds its keys: what is not here never was. Reading is safe for any
 * thread; whoever changes something holds the lock of {@link Agents}.
 */
final class Tickets {
    private final Database database;
    private final Map<KeyHash, Ticket> byHash = new ConcurrentHashMap<>();
    private final Map<String, Ticket> byId = new ConcurrentHashMap<>();

    Tickets(Database database) {
        this.database = database;
    }

    void load() {
        for (var row : database.read(TicketTable::all)) {
            hold(row.ticket(), row.hash());
        }
    }

    Optional<Ticket> find(KeyHash hash) {
        return Optional.ofNullable(byHash.get(hash));
    }

    /** The ticket with this id, if it lets this agent in and counts then. */
    Optional<Ticket> counting(String agent, String id, Instant now) {
        return Optional.ofNullable(byId.get(id)).filter(ticket -> ticket.agent().equals(agent) && ticket.countsAt(now));
    }

    /** The tickets of an agent that count then, oldest first. */
    List<Ticket> of(String agent, Instant now) {
        return byId.values().stream()
                .filter(ticket -> ticket.agent().equals(agent) && ticket.countsAt(now))
                .sorted(Comparator.comparing(Ticket::created).thenComparing(Ticket::id))
                .toList();
    }

    void add(Ticket ticket, KeyHash hash) {
        database.write(handle -> {
            TicketTable.insert(handle, ticket, hash);
            return ticket;
        });
        hold(ticket, hash);
    }

    /** Ends those that match: on disk, then here. Gives them back, oldest first. */
    List<Ticket> end(Predicate<Ticket> which) {
        var ending = byId.values().stream()
                .filter(which)
                .sorted(Comparator.comparing(Ticket::created))
                .toList();
        if (ending.isEmpty()) {
            return ending;
        }
        database.write(handle -> {
            TicketTable.delete(handle, ending);
            return ending;
        });
        forget(ending::contains);
        return ending;
    }

    /** Of tickets whose rows went with their agents. */
    void forget(Predicate<Ticket> which) {
        byHash.values().removeIf(which);
        byId.values().removeIf(which);
    }

    int known() {
        return byHash.size();
    }

    private void hold(Ticket ticket, KeyHash hash) {
        byId.put(ticket.id(), ticket);
        byHash.put(hash, ticket);
    }
}
