package com.kruxos.identity;

import com.kruxos.store.Database;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The agents of all Spaces and the keys that open the door for them.
 *
 * <p>Safe for any thread. Everything is also in memory: {@link #authenticate}, {@link #current} and {@link #counts}
 * touch no disk and wait for nobody. A change is on disk before it is in memory, and in memory before its method
 * returns; if it cannot be stored, it did not happen.
 */
public final class Agents {
    /** More time than this makes a forgotten old key, not an overlap. */
    public static final Duration LONGEST_OVERLAP = Duration.ofDays(30);

    /** How long a ticket counts: long enough for a shim's session, too short to be worth keeping. */
    public static final Duration TICKET_LIFE = Duration.ofHours(1);

    static final int MOST_TICKETS = 100;

    private static final int MOST_KEYS = 4;
    private static final String LIST_HINT = "kruxos agent list shows them";

    private record Holder(String agent, String key) {}

    private record Fresh(AgentKey key, KeyHash hash) {}

    private final Database database;
    private final Pepper pepper;
    private final InstantSource clock;
    private final Spaces spaces;

    /** As stored: never EXPIRED, and keys that ran out may linger. {@link Agent#at} tells the truth of a moment. */
    private final Map<String, Agent> agents = new ConcurrentHashMap<>();

    /** Only keys that may still count: a revoked key is not here, exactly like one that never was. */
    private final Map<KeyHash, Holder> keys = new ConcurrentHashMap<>();

    private final Tickets tickets;

    /** Held by whoever changes anything, so that the maps and the tables change in the same order. */
    private final ReentrantLock changing = new ReentrantLock();

    private Agents(Database database, Pepper pepper, InstantSource clock) {
        this.database = database;
        this.pepper = pepper;
        this.clock = clock;
        this.spaces = new Spaces(database, clock);
        this.tickets = new Tickets(database);
    }

    /** Loads all agents. {@code pepper} has at least 32 bytes and may be wiped when this returns. */
    public static Agents open(Database database, byte[] pepper, InstantSource clock) {
        var opened = new Agents(database, new Pepper(pepper), clock);
        opened.load();
        opened.tickets.load();
        return opened;
    }

    /**
     * Whose key or ticket this is, if it counts now. Does the same work whether it is malformed, unknown, revoked or
     * replaced, so that the time it takes tells nothing. A paused agent enters; look at its state.
     *
     * @param presented what the peer showed, of any length and content; not kept, not changed
     */
    public Optional<Authenticated> authenticate(byte[] presented) {
        var holder = KeyForm.TICKET.hasLengthOf(presented)
                ? tickets.find(KeyForm.TICKET.hash(pepper, presented))
                        .map(ticket -> new Holder(ticket.agent(), ticket.id()))
                        .orElse(null)
                : keys.get(KeyForm.AGENT_KEY.hash(pepper, presented));
        return holder == null ? Optional.empty() : enter(holder);
    }

    /** The agent as it is now; absent when there never was one or it was removed with its Space. */
    public Optional<Agent> current(String id) {
        return Optional.ofNullable(agents.get(id)).map(agent -> agent.at(clock.instant()));
    }

    /**
     * Whether this key or ticket of this agent opens the door now: to be asked again once a session can be found and
     * ended.
     */
    public boolean counts(String agent, String key) {
        return enter(new Holder(agent, key)).isPresent();
    }

    /** By id in any Space, or by name in {@code space} (an id). */
    public Optional<Agent> find(String space, String nameOrId) {
        var byId = current(nameOrId);
        return byId.isPresent() ? byId : named(space, nameOrId);
    }

    /** The agents of a Space by name, or of all Spaces. */
    public List<Agent> list(@Nullable String space) {
        var now = clock.instant();
        return agents.values().stream()
                .filter(agent -> space == null || agent.space().equals(space))
                .map(agent -> agent.at(now))
                .sorted(Comparator.comparing(Agent::name).thenComparing(Agent::id))
                .toList();
    }

    /** Makes an agent with its first key. */
    public Answer<Issued> create(NewAgent wanted) {
        return changing(() -> Texts.<Issued>refuseName(wanted.name())
                .or(() -> Texts.refuseNote("purpose", wanted.purpose()))
                .or(() -> Texts.refuseEnd(wanted.expires(), clock.instant()))
                .or(() -> refuseTaken(wanted))
                .orElseGet(() -> insert(wanted)));
    }

    /**
     * Changes what people say of an agent. The end of one that has ended already is not moved: only {@link #restore}
     * lets it in again, with a new key. Moving the ends of its sessions is the caller's part.
     */
    public Answer<Agent> edit(String id, AgentEdit edit) {
        return change(id, agent -> {
            var purpose = edit.purpose() == null ? agent.purpose() : edit.purpose();
            return Texts.<Agent>refuseNote("purpose", purpose)
                    .or(() -> Texts.refuseEnd(edit.expires(), clock.instant()))
                    .or(() -> refuseEnded(agent, edit))
                    .orElseGet(() -> save(agent.edited(purpose, edit)));
        });
    }

    private Optional<Answer<Agent>> refuseEnded(Agent agent, AgentEdit edit) {
        return agent.state().mayEnter() || !edit.movesEnd()
                ? Optional.empty()
                : Optional.of(Answer.conflict(
                        "the agent is " + agent.state().text(),
                        command("restore", agent) + " brings it back with a new key"));
    }

    /**
     * Gives an agent a new key. The old ones end at once when {@code overlap} is zero, else that much later (or
     * earlier, when they had an earlier end). Ending sessions of replaced keys is the caller's part.
     */
    public Answer<Issued> rotate(String id, Duration overlap) {
        return change(id, agent -> {
            if (!agent.state().mayEnter()) {
                return Answer.conflict(
                        "the agent is " + agent.state().text(), command("restore", agent) + " gives it a new key");
            }
            if (overlap.isNegative() || overlap.compareTo(LONGEST_OVERLAP) > 0) {
                return Answer.invalid("an overlap lasts from 0 to 30 days", "give a shorter one, such as 24h");
            }
            if (!overlap.isZero() && agent.keys().size() >= MOST_KEYS) {
                return Answer.conflict(
                        "the agent has " + MOST_KEYS + " keys that still count",
                        "rotate without an overlap, or wait until one has run out");
            }
            var end = now().plus(overlap);
            var ending = agent.keys().stream().map(key -> key.endingBy(end)).toList();
            return Answer.done(issue(agent.withKeys(overlap.isZero() ? List.of() : ending), ending));
        });
    }

    /** Ends all keys and tickets of an agent. Its name stays taken. Revoking twice changes nothing. */
    public Answer<Agent> revoke(String id) {
        return change(id, agent -> {
            tickets.end(ticket -> ticket.agent().equals(id));
            return save(agent.with(AgentState.REVOKED).withKeys(List.of()));
        });
    }

    /**
     * Makes a ticket: a way in for this agent that ends after {@link #TICKET_LIFE}, with the agent, or with whoever
     * made it, whichever comes first. Rotating the agent's key does not end it: it is not made of the key.
     *
     * @param via who makes it, as the audit log names them
     * @param viaEnds when their own credential ends; absent when it has no end
     * @param viaCounts whether that credential counts, asked when nothing can end it unseen any more: ending it and
     *     then calling {@link #endTicketsVia} never misses a ticket
     */
    public Answer<IssuedTicket> ticket(String id, String via, @Nullable Instant viaEnds, BooleanSupplier viaCounts) {
        return change(id, agent -> {
            var now = now();
            tickets.end(ticket -> !ticket.countsAt(now));
            if (!agent.state().mayEnter()) {
                return Answer.conflict(
                        "the agent is " + agent.state().text(), command("restore", agent) + " gives it a new key");
            }
            if (!viaCounts.getAsBoolean()) {
                return Answer.conflict("who asked for it may not any more", "use a credential that counts");
            }
            if (tickets.of(id, now).size() >= MOST_TICKETS) {
                return Answer.conflict(
                        "the agent has " + MOST_TICKETS + " tickets that still count",
                        "use one for longer, or wait: each ends within an hour");
            }
            var end = earlier(now.plus(TICKET_LIFE), earlier(agent.expires(), viaEnds));
            return Answer.done(issueTicket(agent, via, now, end == null ? now : end));
        });
    }

    /** The tickets of an agent that count now, oldest first. */
    public List<Ticket> tickets(String id) {
        return enterable(id) ? tickets.of(id, clock.instant()) : List.of();
    }

    /** Ends one ticket of an agent. Ending its sessions is the caller's part, here and in {@link #endTicketsVia}. */
    public Answer<Ticket> endTicket(String agent, String ticket) {
        return changing(() -> tickets
                .end(one -> one.id().equals(ticket) && one.agent().equals(agent))
                .stream()
                .findFirst()
                .map(Answer::done)
                .orElseGet(() -> Answer.notFound(
                        "there is no such ticket, or it has ended", "each ends within an hour by itself")));
    }

    /** Ends every ticket somebody made, of whatever agent; gives those that ended. */
    public List<Ticket> endTicketsVia(String via) {
        return changing(() -> tickets.end(ticket -> ticket.via().equals(via)));
    }

    /** Brings a revoked or expired agent back with a new key and without the expiry that has passed. */
    public Answer<Issued> restore(String id) {
        return change(id, agent -> switch (agent.state()) {
            case ACTIVE, PAUSED ->
                Answer.conflict(
                        "the agent is " + agent.state().text(), command("rotate", agent) + " gives it a new key");
            case REVOKED, EXPIRED -> {
                tickets.end(ticket -> ticket.agent().equals(id));
                var back = agent.with(AgentState.ACTIVE).withKeys(List.of());
                var over = agent.expires() != null && !agent.expires().isAfter(now());
                yield Answer.done(issue(over ? back.endless() : back, List.of()));
            }
        });
    }

    /** Lets an agent connect but not call. Pausing twice changes nothing. */
    public Answer<Agent> pause(String id) {
        return change(id, agent -> move(agent, AgentState.PAUSED));
    }

    /** Lets a paused agent call again. Resuming one that is not paused changes nothing. */
    public Answer<Agent> resume(String id) {
        return change(id, agent -> move(agent, AgentState.ACTIVE));
    }

    /** Forgets every agent of a Space, keys and names included; gives the ids of those that are gone. */
    public List<String> removeAll(String space) {
        return changing(() -> {
            var gone = list(space).stream().map(Agent::id).toList();
            database.write(handle -> {
                AgentTable.deleteAll(handle, space);
                return gone;
            });
            keys.values().removeIf(holder -> gone.contains(holder.agent()));
            tickets.forget(ticket -> gone.contains(ticket.agent()));
            gone.forEach(agents::remove);
            return gone;
        });
    }

    /** For tests: how many keys may still count. */
    int knownKeys() {
        return keys.size();
    }

    /** For tests: how many tickets are held. */
    int knownTickets() {
        return tickets.known();
    }

    private void load() {
        database.read(handle -> {
            AgentTable.agents(handle).forEach(agent -> agents.put(agent.id(), agent));
            for (var row : AgentTable.keys(handle)) {
                keys.put(row.hash(), new Holder(row.agent(), row.key().id()));
                agents.computeIfPresent(row.agent(), (id, agent) -> agent.withKey(row.key()));
            }
            return agents.size();
        });
    }

    private Optional<Authenticated> enter(Holder holder) {
        return current(holder.agent())
                .filter(agent -> agent.state().mayEnter())
                .flatMap(agent -> byKey(agent, holder.key()).or(() -> byTicket(agent, holder.key())));
    }

    private static Optional<Authenticated> byKey(Agent agent, String id) {
        return agent.key(id)
                .map(key -> new Authenticated(
                        agent, key.id(), key.lastFour(), earlier(agent.expires(), key.expires()), null));
    }

    private Optional<Authenticated> byTicket(Agent agent, String id) {
        return tickets.counting(agent.id(), id, clock.instant())
                .map(ticket -> new Authenticated(
                        agent,
                        ticket.id(),
                        ticket.lastFour(),
                        earlier(agent.expires(), ticket.expires()),
                        ticket.via()));
    }

    private boolean enterable(String id) {
        return current(id).filter(agent -> agent.state().mayEnter()).isPresent();
    }

    private IssuedTicket issueTicket(Agent agent, String via, Instant now, Instant end) {
        var secret = OneTimeKey.ticket();
        try {
            var ticket = new Ticket(Ids.fresh("tkt"), agent.id(), secret.lastFour(), via, now, end);
            tickets.add(ticket, pepper.hash(secret.ascii()));
            return new IssuedTicket(ticket, agent, secret);
        } catch (RuntimeException e) {
            secret.close();
            throw e;
        }
    }

    private Optional<Agent> named(String space, String name) {
        return list(space).stream().filter(agent -> agent.name().equals(name)).findFirst();
    }

    private Optional<Answer<Issued>> refuseTaken(NewAgent wanted) {
        return named(wanted.space(), wanted.name())
                .map(agent -> Answer.conflict(
                        "there is an agent named " + agent.name() + " already ("
                                + agent.state().text() + ")",
                        agent.state().mayEnter()
                                ? "choose another name"
                                : command("restore", agent) + " brings it back with a new key"));
    }

    private String command(String verb, Agent agent) {
        return spaces.command("kruxos agent " + verb + " " + agent.name(), agent.space());
    }

    private Answer<Issued> insert(NewAgent wanted) {
        var agent = new Agent(
                Ids.fresh("agt"),
                wanted.space(),
                wanted.name(),
                wanted.purpose(),
                AgentState.ACTIVE,
                now(),
                wanted.expires(),
                List.of());
        return database.read(handle -> AgentTable.spaceExists(handle, wanted.space()))
                ? Answer.done(issue(agent, List.of()))
                : Answer.notFound("there is no such Space", "kruxos space list shows them");
    }

    private Answer<Agent> move(Agent agent, AgentState next) {
        return agent.state().mayEnter()
                ? save(agent.with(next))
                : Answer.conflict(
                        "the agent is " + agent.state().text(),
                        command("restore", agent) + " brings it back with a new key");
    }

    private Answer<Agent> save(Agent after) {
        commit(after, null);
        return Answer.done(after);
    }

    /** Adds a new key to {@code agent}, whose other keys are those that stay. */
    private Issued issue(Agent agent, List<AgentKey> replaced) {
        var secret = OneTimeKey.agentKey();
        try {
            var key = new AgentKey(Ids.fresh("key"), secret.lastFour(), now(), null);
            var after = agent.withKey(key);
            commit(after, new Fresh(key, pepper.hash(secret.ascii())));
            return new Issued(after, secret, replaced);
        } catch (RuntimeException e) {
            secret.close();
            throw e;
        }
    }

    /** The agent, new or changed, and its keys: all in one transaction, then all in memory. */
    private void commit(Agent after, @Nullable Fresh fresh) {
        var known = agents.get(after.id());
        var before = known == null ? List.<AgentKey>of() : known.keys();
        database.write(handle -> {
            if (known == null) {
                AgentTable.insert(handle, after);
            } else {
                AgentTable.update(handle, after);
            }
            for (var key : before) {
                after.key(key.id())
                        .ifPresentOrElse(
                                left -> AgentTable.updateKey(handle, left),
                                () -> AgentTable.deleteKey(handle, key.id()));
            }
            if (fresh != null) {
                AgentTable.insertKey(handle, after.id(), fresh.key(), fresh.hash());
            }
            return after;
        });
        if (fresh != null) {
            keys.put(fresh.hash(), new Holder(after.id(), fresh.key().id()));
        }
        agents.put(after.id(), after);
        keys.values()
                .removeIf(holder -> holder.agent().equals(after.id())
                        && after.key(holder.key()).isEmpty());
    }

    private <T> Answer<T> change(String id, Function<Agent, Answer<T>> change) {
        return changing(
                () -> current(id).map(change).orElseGet(() -> Answer.notFound("there is no such agent", LIST_HINT)));
    }

    private <T> T changing(Supplier<T> change) {
        changing.lock();
        try {
            return change.get();
        } finally {
            changing.unlock();
        }
    }

    /** Whole milliseconds, so that memory and the tables hold the same moments. */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private static @Nullable Instant earlier(@Nullable Instant a, @Nullable Instant b) {
        if (a == null || b == null) {
            return a == null ? b : a;
        }
        return a.isBefore(b) ? a : b;
    }
}
