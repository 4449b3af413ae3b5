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
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The agents of all Spaces and their keys and tickets.
 *
 * <p>Safe for any thread. Everything is cached in memory: {@link #authenticate}, {@link #findById} and
 * {@link #isCredentialValid} need no I/O and no lock. A change is stored before it is cached, and cached before its
 * method returns; if it cannot be stored, it did not happen.
 */
public final class Agents {
    /** A longer overlap is more likely a forgotten key than a rotation. */
    public static final Duration MAX_OVERLAP = Duration.ofDays(30);

    /** Long enough for a session of a shim, too short to be worth storing. */
    public static final Duration TICKET_LIFETIME = Duration.ofHours(1);

    static final int MAX_TICKETS = 100;

    private static final int MAX_KEYS = 4;
    private static final String LIST_HINT = "kruxos agent list shows them";

    private record KeyOwner(String agent, String key) {}

    private record KeyWithHash(AgentKey key, CredentialHash hash) {}

    private final Database database;
    private final ChangeFeed changes;
    private final Pepper pepper;
    private final InstantSource clock;
    private final Spaces spaces;

    /** As stored: never EXPIRED, and possibly with expired keys. {@link Agent#asOf} corrects both. */
    private final Map<String, Agent> agents = new ConcurrentHashMap<>();

    /** Only keys that may be valid: a revoked key is absent, like one that never existed. */
    private final Map<CredentialHash, KeyOwner> keyOwners = new ConcurrentHashMap<>();

    private final AccessTickets tickets;

    /** Held during every change, so that caches and tables change in the same order. */
    private final ReentrantLock changeLock = new ReentrantLock();

    private Agents(Database database, ChangeFeed changes, Pepper pepper, InstantSource clock) {
        this.database = database;
        this.changes = changes;
        this.pepper = pepper;
        this.clock = clock;
        this.spaces = new Spaces(database, clock);
        this.tickets = new AccessTickets(database, changes);
    }

    /** Loads all agents. {@code pepper} has at least 32 bytes; the caller may wipe it afterwards. */
    public static Agents open(Database database, ChangeFeed changes, byte[] pepper, InstantSource clock) {
        var opened = new Agents(database, changes, new Pepper(pepper), clock);
        opened.load();
        opened.tickets.load();
        changes.subscribe(ChangeFeed.Subject.AGENT, opened::reload, opened.agents::remove);
        return opened;
    }

    /**
     * The agent of a valid key or ticket. Malformed, unknown, revoked and replaced credentials cost the same work, so
     * that timing reveals nothing. A paused agent authenticates; check its state.
     *
     * @param presented the bytes from the peer, of any length and content; not kept, not changed
     */
    public Optional<AuthenticatedAgent> authenticate(byte[] presented) {
        var owner = CredentialFormat.TICKET.hasLength(presented)
                ? tickets.find(CredentialFormat.TICKET.hash(pepper, presented))
                        .map(ticket -> new KeyOwner(ticket.agent(), ticket.id()))
                        .orElse(null)
                : keyOwners.get(CredentialFormat.AGENT_KEY.hash(pepper, presented));
        return owner == null ? Optional.empty() : authenticateOwner(owner);
    }

    /** The agent now; empty when it never existed or was removed with its Space. */
    public Optional<Agent> findById(String id) {
        return Optional.ofNullable(agents.get(id)).map(agent -> agent.asOf(clock.instant()));
    }

    /**
     * Whether this key or ticket of this agent is valid now. Called again once a session is registered, because a
     * revocation before that did not find the session.
     */
    public boolean isCredentialValid(String agent, String key) {
        return authenticateOwner(new KeyOwner(agent, key)).isPresent();
    }

    /** Finds by id in any Space, or by name in {@code space} (an id). */
    public Optional<Agent> find(String space, String nameOrId) {
        var byId = findById(nameOrId);
        return byId.isPresent() ? byId : findByName(space, nameOrId);
    }

    /** The agents of a Space, or of all Spaces, sorted by name. */
    public List<Agent> list(@Nullable String space) {
        var now = clock.instant();
        return agents.values().stream()
                .filter(agent -> space == null || agent.space().equals(space))
                .map(agent -> agent.asOf(now))
                .sorted(Comparator.comparing(Agent::name).thenComparing(Agent::id))
                .toList();
    }

    /** Creates an agent with its first key. */
    public Result<IssuedAgentKey> create(NewAgent request) {
        return withLock(() -> NameRules.<IssuedAgentKey>checkName(request.name())
                .or(() -> NameRules.checkNote("purpose", request.purpose()))
                .or(() -> NameRules.checkExpiry(request.expires(), clock.instant()))
                .or(() -> checkNameIsFree(request))
                .orElseGet(() -> insert(request)));
    }

    /**
     * Changes purpose or expiry. The expiry of a revoked or expired agent cannot be changed: only {@link #restore}
     * reactivates it, with a new key. The caller updates the expiry of the agent's sessions.
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
                        cliCommand("restore", agent) + " reactivates it with a new key"));
    }

    /**
     * Issues a new key. Old keys expire at once when {@code overlap} is zero, else after {@code overlap}, or earlier if
     * they already do. The caller ends sessions of replaced keys.
     */
    public Result<IssuedAgentKey> rotate(String id, Duration overlap) {
        return updateAgent(id, agent -> {
            if (!agent.state().canConnect()) {
                return Result.conflict(
                        "the agent is " + agent.state().text(), cliCommand("restore", agent) + " issues a new key");
            }
            if (overlap.isNegative() || overlap.compareTo(MAX_OVERLAP) > 0) {
                return Result.invalid("an overlap is between 0 and 30 days", "choose a shorter one, such as 24h");
            }
            if (!overlap.isZero() && agent.keys().size() >= MAX_KEYS) {
                return Result.conflict(
                        "the agent has " + MAX_KEYS + " valid keys",
                        "rotate without an overlap, or wait until a key expires");
            }
            var end = now().plus(overlap);
            var ending = agent.keys().stream().map(key -> key.expiringBy(end)).toList();
            return Result.done(issueKey(agent.withKeys(overlap.isZero() ? List.of() : ending), ending));
        });
    }

    /** Invalidates all keys and tickets of an agent. Its name stays taken. Idempotent. */
    public Result<Agent> revoke(String id) {
        return updateAgent(id, agent -> {
            tickets.delete(ticket -> ticket.agent().equals(id));
            return save(agent.withState(AgentState.REVOKED).withKeys(List.of()));
        });
    }

    /**
     * Issues a ticket: a credential of the agent that expires after {@link #TICKET_LIFETIME}, with the agent, or with
     * the issuer's own credential, whichever is first. Rotating the agent's key does not end it.
     *
     * @param via the issuer, as in the audit log
     * @param issuerExpires when the issuer's credential expires; absent when it does not
     * @param issuerValid whether the issuer's credential is valid. Checked under the lock: revoking it and then calling
     *     {@link #revokeTicketsVia} never misses a ticket
     */
    public Result<IssuedTicket> issueTicket(
            String id, String via, @Nullable Instant issuerExpires, BooleanSupplier issuerValid) {
        return updateAgent(id, agent -> {
            var now = now();
            tickets.delete(ticket -> !ticket.isValidAt(now));
            if (!agent.state().canConnect()) {
                return Result.conflict(
                        "the agent is " + agent.state().text(), cliCommand("restore", agent) + " issues a new key");
            }
            if (!issuerValid.getAsBoolean()) {
                return Result.conflict(
                        "the credential that requested the ticket is no longer valid", "use a valid credential");
            }
            if (tickets.validOf(id, now).size() >= MAX_TICKETS) {
                return Result.conflict(
                        "the agent has " + MAX_TICKETS + " valid tickets",
                        "reuse a ticket, or wait: each expires within an hour");
            }
            var end = earlier(now.plus(TICKET_LIFETIME), earlier(agent.expires(), issuerExpires));
            return Result.done(createTicket(agent, via, now, end == null ? now : end));
        });
    }

    /** The valid tickets of an agent, oldest first. */
    public List<AccessTicket> tickets(String id) {
        return canConnect(id) ? tickets.validOf(id, clock.instant()) : List.of();
    }

    /** Revokes one ticket. The caller ends its sessions, here and in {@link #revokeTicketsVia}. */
    public Result<AccessTicket> revokeTicket(String agent, String ticket) {
        return withLock(() -> tickets
                .delete(one -> one.id().equals(ticket) && one.agent().equals(agent))
                .stream()
                .findFirst()
                .map(Result::done)
                .orElseGet(() -> Result.notFound(
                        "there is no such ticket, or it has expired", "tickets expire within an hour")));
    }

    /** Revokes every ticket of this issuer, for any agent; returns them. */
    public List<AccessTicket> revokeTicketsVia(String via) {
        return withLock(() -> tickets.delete(ticket -> ticket.via().equals(via)));
    }

    /** Reactivates a revoked or expired agent with a new key, and removes an expiry that has passed. */
    public Result<IssuedAgentKey> restore(String id) {
        return updateAgent(id, agent -> switch (agent.state()) {
            case ACTIVE, PAUSED ->
                Result.conflict(
                        "the agent is " + agent.state().text(), cliCommand("rotate", agent) + " issues a new key");
            case REVOKED, EXPIRED -> {
                tickets.delete(ticket -> ticket.agent().equals(id));
                var restored = agent.withState(AgentState.ACTIVE).withKeys(List.of());
                var expired = agent.expires() != null && !agent.expires().isAfter(now());
                yield Result.done(issueKey(expired ? restored.withoutExpiry() : restored, List.of()));
            }
        });
    }

    /** Lets an agent connect but not call. Idempotent. */
    public Result<Agent> pause(String id) {
        return updateAgent(id, agent -> transitionTo(agent, AgentState.PAUSED));
    }

    /** Lets a paused agent call again. Idempotent. */
    public Result<Agent> resume(String id) {
        return updateAgent(id, agent -> transitionTo(agent, AgentState.ACTIVE));
    }

    /** Deletes every agent of a Space with keys and names; returns their ids. */
    public List<String> removeAll(String space) {
        return withLock(() -> {
            var ids = list(space).stream().map(Agent::id).toList();
            database.write(handle -> {
                AgentTable.deleteAll(handle, space);
                return ids;
            });
            ids.forEach(id -> changes.publish(ChangeFeed.Subject.AGENT, id));
            return ids;
        });
    }

    /** For tests: the number of cached keys. */
    int keyCount() {
        return keyOwners.size();
    }

    /** For tests: the number of cached tickets. */
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

    /** Caches new keys before the agent that has them, and drops old keys after it. */
    private void reload(String id) {
        database.read(handle -> {
            var rows = AgentTable.selectKeys(handle, id);
            rows.forEach(
                    row -> keyOwners.put(row.hash(), new KeyOwner(id, row.key().id())));
            AgentTable.selectAgent(handle, id)
                    .map(agent -> agent.withKeys(
                            rows.stream().map(AgentTable.KeyRow::key).toList()))
                    .ifPresentOrElse(agent -> agents.put(id, agent), () -> agents.remove(id));
            var keys = rows.stream().map(row -> row.key().id()).collect(Collectors.toSet());
            keyOwners.values().removeIf(owner -> owner.agent().equals(id) && !keys.contains(owner.key()));
            tickets.reload(handle, id);
            return id;
        });
    }

    private Optional<AuthenticatedAgent> authenticateOwner(KeyOwner owner) {
        return findById(owner.agent())
                .filter(agent -> agent.state().canConnect())
                .flatMap(agent ->
                        authenticatedByKey(agent, owner.key()).or(() -> authenticatedByTicket(agent, owner.key())));
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

    private Optional<Result<IssuedAgentKey>> checkNameIsFree(NewAgent request) {
        return findByName(request.space(), request.name())
                .map(agent -> Result.conflict(
                        "there is an agent named " + agent.name() + " already ("
                                + agent.state().text() + ")",
                        agent.state().canConnect()
                                ? "choose another name"
                                : cliCommand("restore", agent) + " reactivates it with a new key"));
    }

    private String cliCommand(String verb, Agent agent) {
        return spaces.cliCommand("kruxos agent " + verb + " " + agent.name(), agent.space());
    }

    private Result<IssuedAgentKey> insert(NewAgent request) {
        var agent = new Agent(
                Ids.newId("agt"),
                request.space(),
                request.name(),
                request.purpose(),
                AgentState.ACTIVE,
                now(),
                request.expires(),
                List.of());
        return database.read(handle -> AgentTable.spaceExists(handle, request.space()))
                ? Result.done(issueKey(agent, List.of()))
                : Result.notFound("there is no such Space", "kruxos space list shows them");
    }

    private Result<Agent> transitionTo(Agent agent, AgentState next) {
        return agent.state().canConnect()
                ? save(agent.withState(next))
                : Result.conflict(
                        "the agent is " + agent.state().text(),
                        cliCommand("restore", agent) + " reactivates it with a new key");
    }

    private Result<Agent> save(Agent after) {
        commit(after, null);
        return Result.done(after);
    }

    /** Adds a new key to {@code agent}, whose other keys are those to keep. */
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

    /** Stores a new or changed agent and its keys in one transaction. */
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
        changes.publish(ChangeFeed.Subject.AGENT, after.id());
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

    /** Whole milliseconds, the precision of the API. */
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
