package com.kruxos.identity;

import com.kruxos.result.Ids;
import com.kruxos.result.Result;
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
 * <p>Safe for any thread. Everything is also in memory: {@link #authenticate}, {@link #findById} and
 * {@link #isCredentialValid} touch no disk and wait for nobody. A change is on disk before it is in memory, and in
 * memory before its method returns; if it cannot be stored, it did not happen.
 */
public final class Agents {
    /** More time than this makes a forgotten old key, not an overlap. */
    public static final Duration MAX_OVERLAP = Duration.ofDays(30);

    /** How long a ticket counts: long enough for a shim's session, too short to be worth keeping. */
    public static final Duration TICKET_LIFETIME = Duration.ofHours(1);

    static final int MAX_TICKETS = 100;

    private static final int MAX_KEYS = 4;
    private static final String LIST_HINT = "kruxos agent list shows them";

    private record KeyOwner(String agent, String key) {}

    private record KeyWithHash(AgentKey key, CredentialHash hash) {}

    private final Database database;
    private final Pepper pepper;
    private final InstantSource clock;
    private final Spaces spaces;

    /** As stored: never EXPIRED, and keys that ran out may linger. {@link Agent#asOf} tells the truth of a moment. */
    private final Map<String, Agent> agents = new ConcurrentHashMap<>();

    /** Only keys that may still count: a revoked key is not here, exactly like one that never was. */
    private final Map<CredentialHash, KeyOwner> keyOwners = new ConcurrentHashMap<>();

    private final AccessTickets tickets;

    /** Held by whoever changes anything, so that the maps and the tables change in the same order. */
    private final ReentrantLock changeLock = new ReentrantLock();

    private Agents(Database database, Pepper pepper, InstantSource clock) {
        this.database = database;
        this.pepper = pepper;
        this.clock = clock;
        this.spaces = new Spaces(database, clock);
        this.tickets = new AccessTickets(database);
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
    public Optional<AuthenticatedAgent> authenticate(byte[] presented) {
        var holder = CredentialFormat.TICKET.hasLength(presented)
                ? tickets.find(CredentialFormat.TICKET.hash(pepper, presented))
                        .map(ticket -> new KeyOwner(ticket.agent(), ticket.id()))
                        .orElse(null)
                : keyOwners.get(CredentialFormat.AGENT_KEY.hash(pepper, presented));
        return holder == null ? Optional.empty() : authenticateOwner(holder);
    }

    /** The agent as it is now; absent when there never was one or it was removed with its Space. */
    public Optional<Agent> findById(String id) {
        return Optional.ofNullable(agents.get(id)).map(agent -> agent.asOf(clock.instant()));
    }

    /**
     * Whether this key or ticket of this agent opens the door now: to be asked again once a session can be found and
     * ended.
     */
    public boolean isCredentialValid(String agent, String key) {
        return authenticateOwner(new KeyOwner(agent, key)).isPresent();
    }

    /** By id in any Space, or by name in {@code space} (an id). */
    public Optional<Agent> find(String space, String nameOrId) {
        var byId = findById(nameOrId);
        return byId.isPresent() ? byId : findByName(space, nameOrId);
    }

    /** The agents of a Space by name, or of all Spaces. */
    public List<Agent> list(@Nullable String space) {
        var now = clock.instant();
        return agents.values().stream()
                .filter(agent -> space == null || agent.space().equals(space))
                .map(agent -> agent.asOf(now))
                .sorted(Comparator.comparing(Agent::name).thenComparing(Agent::id))
                .toList();
    }

    /** Makes an agent with its first key. */
    public Result<IssuedAgentKey> create(NewAgent wanted) {
        return withLock(() -> NameRules.<IssuedAgentKey>checkName(wanted.name())
                .or(() -> NameRules.checkNote("purpose", wanted.purpose()))
                .or(() -> NameRules.checkExpiry(wanted.expires(), clock.instant()))
                .or(() -> checkNameIsFree(wanted))
                .orElseGet(() -> insert(wanted)));
    }

    /**
     * Changes what people say of an agent. The end of one that has ended already is not moved: only {@link #restore}
     * lets it in again, with a new key. Moving the ends of its sessions is the caller's part.
     */
    public Result<Agent> edit(String id, AgentEdit edit) {
        return updateAgent(id, agent -> {
            var purpose = edit.purpose() == null ? agent.purpose() : edit.purpose();
            return NameRules.<Agent>checkNote("purpose", purpose)
                    .or(() -> NameRules.checkExpiry(edit.expires(), clock.instant()))
                    .or(() -> checkCanMoveExpiry(agent, edit))
                    .orElseGet(() -> save(agent.withEdit(purpose, edit)));
        });
    }

    private Optional<Result<Agent>> checkCanMoveExpiry(Agent agent, AgentEdit edit) {
        return agent.state().canConnect() || !edit.changesExpiry()
                ? Optional.empty()
                : Optional.of(Result.conflict(
                        "the agent is " + agent.state().text(),
                        cliCommand("restore", agent) + " brings it back with a new key"));
    }

    /**
     * Gives an agent a new key. The old ones end at once when {@code overlap} is zero, else that much later (or
     * earlier, when they had an earlier end). Ending sessions of replaced keys is the caller's part.
     */
    public Result<IssuedAgentKey> rotate(String id, Duration overlap) {
        return updateAgent(id, agent -> {
            if (!agent.state().canConnect()) {
                return Result.conflict(
                        "the agent is " + agent.state().text(), cliCommand("restore", agent) + " gives it a new key");
            }
            if (overlap.isNegative() || overlap.compareTo(MAX_OVERLAP) > 0) {
                return Result.invalid("an overlap lasts from 0 to 30 days", "give a shorter one, such as 24h");
            }
            if (!overlap.isZero() && agent.keys().size() >= MAX_KEYS) {
                return Result.conflict(
                        "the agent has " + MAX_KEYS + " keys that still count",
                        "rotate without an overlap, or wait until one has run out");
            }
            var end = now().plus(overlap);
            var ending = agent.keys().stream().map(key -> key.expiringBy(end)).toList();
            return Result.done(issueKey(agent.withKeys(overlap.isZero() ? List.of() : ending), ending));
        });
    }

    /** Ends all keys and tickets of an agent. Its name stays taken. Revoking twice changes nothing. */
    public Result<Agent> revoke(String id) {
        return updateAgent(id, agent -> {
            tickets.delete(ticket -> ticket.agent().equals(id));
            return save(agent.withState(AgentState.REVOKED).withKeys(List.of()));
        });
    }

    /**
     * Makes a ticket: a way in for this agent that ends after {@link #TICKET_LIFETIME}, with the agent, or with whoever
     * made it, whichever comes first. Rotating the agent's key does not end it: it is not made of the key.
     *
     * @param via who makes it, as the audit log names them
     * @param viaEnds when their own credential ends; absent when it has no end
     * @param viaCounts whether that credential counts, asked when nothing can end it unseen any more: ending it and
     *     then calling {@link #revokeTicketsVia} never misses a ticket
     */
    public Result<IssuedTicket> issueTicket(
            String id, String via, @Nullable Instant viaEnds, BooleanSupplier viaCounts) {
        return updateAgent(id, agent -> {
            var now = now();
            tickets.delete(ticket -> !ticket.isValidAt(now));
            if (!agent.state().canConnect()) {
                return Result.conflict(
                        "the agent is " + agent.state().text(), cliCommand("restore", agent) + " gives it a new key");
            }
            if (!viaCounts.getAsBoolean()) {
                return Result.conflict("who asked for it may not any more", "use a credential that counts");
            }
            if (tickets.validOf(id, now).size() >= MAX_TICKETS) {
                return Result.conflict(
                        "the agent has " + MAX_TICKETS + " tickets that still count",
                        "use one for longer, or wait: each ends within an hour");
            }
            var end = earlier(now.plus(TICKET_LIFETIME), earlier(agent.expires(), viaEnds));
            return Result.done(createTicket(agent, via, now, end == null ? now : end));
        });
    }

    /** The tickets of an agent that count now, oldest first. */
    public List<AccessTicket> tickets(String id) {
        return canConnect(id) ? tickets.validOf(id, clock.instant()) : List.of();
    }

    /** Ends one ticket of an agent. Ending its sessions is the caller's part, here and in {@link #revokeTicketsVia}. */
    public Result<AccessTicket> revokeTicket(String agent, String ticket) {
        return withLock(() -> tickets
                .delete(one -> one.id().equals(ticket) && one.agent().equals(agent))
                .stream()
                .findFirst()
                .map(Result::done)
                .orElseGet(() -> Result.notFound(
                        "there is no such ticket, or it has ended", "each ends within an hour by itself")));
    }

    /** Ends every ticket somebody made, of whatever agent; gives those that ended. */
    public List<AccessTicket> revokeTicketsVia(String via) {
        return withLock(() -> tickets.delete(ticket -> ticket.via().equals(via)));
    }

    /** Brings a revoked or expired agent back with a new key and without the expiry that has passed. */
    public Result<IssuedAgentKey> restore(String id) {
        return updateAgent(id, agent -> switch (agent.state()) {
            case ACTIVE, PAUSED ->
                Result.conflict(
                        "the agent is " + agent.state().text(), cliCommand("rotate", agent) + " gives it a new key");
            case REVOKED, EXPIRED -> {
                tickets.delete(ticket -> ticket.agent().equals(id));
                var back = agent.withState(AgentState.ACTIVE).withKeys(List.of());
                var over = agent.expires() != null && !agent.expires().isAfter(now());
                yield Result.done(issueKey(over ? back.withoutExpiry() : back, List.of()));
            }
        });
    }

    /** Lets an agent connect but not call. Pausing twice changes nothing. */
    public Result<Agent> pause(String id) {
        return updateAgent(id, agent -> transitionTo(agent, AgentState.PAUSED));
    }

    /** Lets a paused agent call again. Resuming one that is not paused changes nothing. */
    public Result<Agent> resume(String id) {
        return updateAgent(id, agent -> transitionTo(agent, AgentState.ACTIVE));
    }

    /** Forgets every agent of a Space, keys and names included; gives the ids of those that are gone. */
    public List<String> removeAll(String space) {
        return withLock(() -> {
            var gone = list(space).stream().map(Agent::id).toList();
            database.write(handle -> {
                AgentTable.deleteAll(handle, space);
                return gone;
            });
            keyOwners.values().removeIf(holder -> gone.contains(holder.agent()));
            tickets.evict(ticket -> gone.contains(ticket.agent()));
            gone.forEach(agents::remove);
            return gone;
        });
    }

    /** For tests: how many keys may still count. */
    int keyCount() {
        return keyOwners.size();
    }

    /** For tests: how many tickets are held. */
    int ticketCount() {
        return tickets.size();
    }

    private void load() {
        database.read(handle -> {
            AgentTable.selectAgents(handle).forEach(agent -> agents.put(agent.id(), agent));
            for (var row : AgentTable.selectKeys(handle)) {
                keyOwners.put(row.hash(), new KeyOwner(row.agent(), row.key().id()));
                agents.computeIfPresent(row.agent(), (id, agent) -> agent.withKey(row.key()));
            }
            return agents.size();
        });
    }

    private Optional<AuthenticatedAgent> authenticateOwner(KeyOwner holder) {
        return findById(holder.agent())
                .filter(agent -> agent.state().canConnect())
                .flatMap(agent ->
                        authenticatedByKey(agent, holder.key()).or(() -> authenticatedByTicket(agent, holder.key())));
    }

    private static Optional<AuthenticatedAgent> authenticatedByKey(Agent agent, String id) {
        return agent.findKey(id)
                .map(key -> new AuthenticatedAgent(
                        agent, key.id(), key.lastFour(), earlier(agent.expires(), key.expires()), null));
    }

    private Optional<AuthenticatedAgent> authenticatedByTicket(Agent agent, String id) {
        return tickets.findValid(agent.id(), id, clock.instant())
                .map(ticket -> new AuthenticatedAgent(
                        agent,
                        ticket.id(),
                        ticket.lastFour(),
                        earlier(agent.expires(), ticket.expires()),
                        ticket.via()));
    }

    private boolean canConnect(String id) {
        return findById(id).filter(agent -> agent.state().canConnect()).isPresent();
    }

    private IssuedTicket createTicket(Agent agent, String via, Instant now, Instant end) {
        var secret = NewCredential.ticket();
        try {
            var ticket = new AccessTicket(Ids.newId("tkt"), agent.id(), secret.lastFour(), via, now, end);
            tickets.add(ticket, pepper.hash(secret.ascii()));
            return new IssuedTicket(ticket, agent, secret);
        } catch (RuntimeException e) {
            secret.close();
            throw e;
        }
    }

    private Optional<Agent> findByName(String space, String name) {
        return list(space).stream().filter(agent -> agent.name().equals(name)).findFirst();
    }

    private Optional<Result<IssuedAgentKey>> checkNameIsFree(NewAgent wanted) {
        return findByName(wanted.space(), wanted.name())
                .map(agent -> Result.conflict(
                        "there is an agent named " + agent.name() + " already ("
                                + agent.state().text() + ")",
                        agent.state().canConnect()
                                ? "choose another name"
                                : cliCommand("restore", agent) + " brings it back with a new key"));
    }

    private String cliCommand(String verb, Agent agent) {
        return spaces.cliCommand("kruxos agent " + verb + " " + agent.name(), agent.space());
    }

    private Result<IssuedAgentKey> insert(NewAgent wanted) {
        var agent = new Agent(
                Ids.newId("agt"),
                wanted.space(),
                wanted.name(),
                wanted.purpose(),
                AgentState.ACTIVE,
                now(),
                wanted.expires(),
                List.of());
        return database.read(handle -> AgentTable.spaceExists(handle, wanted.space()))
                ? Result.done(issueKey(agent, List.of()))
                : Result.notFound("there is no such Space", "kruxos space list shows them");
    }

    private Result<Agent> transitionTo(Agent agent, AgentState next) {
        return agent.state().canConnect()
                ? save(agent.withState(next))
                : Result.conflict(
                        "the agent is " + agent.state().text(),
                        cliCommand("restore", agent) + " brings it back with a new key");
    }

    private Result<Agent> save(Agent after) {
        commit(after, null);
        return Result.done(after);
    }

    /** Adds a new key to {@code agent}, whose other keys are those that stay. */
    private IssuedAgentKey issueKey(Agent agent, List<AgentKey> replaced) {
        var secret = NewCredential.agentKey();
        try {
            var key = new AgentKey(Ids.newId("key"), secret.lastFour(), now(), null);
            var after = agent.withKey(key);
            commit(after, new KeyWithHash(key, pepper.hash(secret.ascii())));
            return new IssuedAgentKey(after, secret, replaced);
        } catch (RuntimeException e) {
            secret.close();
            throw e;
        }
    }

    /** The agent, new or changed, and its keys: all in one transaction, then all in memory. */
    private void commit(Agent after, @Nullable KeyWithHash fresh) {
        var known = agents.get(after.id());
        var before = known == null ? List.<AgentKey>of() : known.keys();
        database.write(handle -> {
            if (known == null) {
                AgentTable.insert(handle, after);
            } else {
                AgentTable.update(handle, after);
            }
            for (var key : before) {
                after.findKey(key.id())
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
            keyOwners.put(fresh.hash(), new KeyOwner(after.id(), fresh.key().id()));
        }
        agents.put(after.id(), after);
        keyOwners
                .values()
                .removeIf(holder -> holder.agent().equals(after.id())
                        && after.findKey(holder.key()).isEmpty());
    }

    private <T> Result<T> updateAgent(String id, Function<Agent, Result<T>> change) {
        return withLock(
                () -> findById(id).map(change).orElseGet(() -> Result.notFound("there is no such agent", LIST_HINT)));
    }

    private <T> T withLock(Supplier<T> change) {
        changeLock.lock();
        try {
            return change.get();
        } finally {
            changeLock.unlock();
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
