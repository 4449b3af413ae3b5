package com.kruxos.gateway;

import com.kruxos.audit.Audit;
import com.kruxos.audit.CannotRecord;
import com.kruxos.audit.Details;
import com.kruxos.audit.Durability;
import com.kruxos.audit.Entry;
import com.kruxos.audit.Principal;
import com.kruxos.call.Calls;
import com.kruxos.call.Listing;
import com.kruxos.identity.Agents;
import com.kruxos.identity.Authenticated;
import com.kruxos.identity.Thinning;
import com.kruxos.rpc.Allowance;
import com.kruxos.session.Admission;
import com.kruxos.session.Line;
import com.kruxos.session.Opening;
import com.kruxos.session.Session;
import com.kruxos.session.Sessions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who may come in, who is in, and the record of both. Safe for any thread. */
final class Door {
    /** A connection without a frame for so long is closed; we ping more often, and a living peer answers. */
    static final Duration IDLE = Duration.ofMinutes(2);

    private final Agents agents;
    private final Sessions sessions;
    private final Calls calls;
    private final Listing listing;
    private final Audit audit;
    private final InstantSource clock;
    private final boolean tokenInUrl;
    private final String version;
    private final Allowance messages;

    private final Thinning refusals;
    private final Thinning crowds;

    Door(
            Agents agents,
            Sessions sessions,
            Calls calls,
            Listing listing,
            Audit audit,
            InstantSource clock,
            boolean tokenInUrl,
            String version,
            Allowance messages) {
        this.agents = agents;
        this.sessions = sessions;
        this.calls = calls;
        this.listing = listing;
        this.audit = audit;
        this.clock = clock;
        refusals = new Thinning(clock);
        crowds = new Thinning(clock);
        this.tokenInUrl = tokenInUrl;
        this.version = version;
        this.messages = messages;
    }

    /** How many bytes one message of an agent may have. */
    int longest() {
        return messages.longest();
    }

    /** What messages of this agent may take. */
    Allowance messages(Authenticated agent) {
        return messages.within(sessions.quota(agent.agent().id()));
    }

    /** Whether nobody new is let in, because the appliance is going. */
    boolean stopping() {
        return sessions.stopping();
    }

    boolean tokenInUrl() {
        return tokenInUrl;
    }

    Optional<Authenticated> admit(byte[] key) {
        return agents.authenticate(key);
    }

    /** Writes down that the agent comes in; gives the id its session is to have. */
    String welcomed(Authenticated agent, String origin) {
        var id = Sessions.freshId();
        record("session.started", principal(agent, origin), agent, id, "admitted", Details.none());
        return id;
    }

    /** The session that was written down did not begin. */
    void stayedAway(String id, Authenticated agent, String origin, String reason) {
        try {
            record(
                    "session.ended",
                    principal(agent, origin),
                    agent,
                    id,
                    "ended",
                    Details.none().with("reason", reason));
        } catch (CannotRecord e) {
            // Health is red already.
        }
    }

    /** Writes down a refusal, at most one record a second; it says how many there were. */
    void refused(String origin) {
        refusals.happened(count -> record(
                "session.refused",
                Principal.system(),
                null,
                null,
                "refused",
                Details.none().with("origin", origin).with("attempts", count)));
    }

    /** Writes down that there was no room, thinned like {@link #refused}. */
    void crowded(Authenticated agent, String origin) {
        crowds.happened(count -> record(
                "session.refused",
                principal(agent, origin),
                agent,
                null,
                "refused",
                Details.none().with("reason", "too many sessions").with("attempts", count)));
    }

    /** Why no session of this agent could open now; absent when one could. */
    Optional<Admission.Refused> refusal(Authenticated agent) {
        return sessions.refusal(agent.agent().id());
    }

    /** Begins the session that was {@link #welcomed}; who is refused has {@link #stayedAway}. */
    Admission open(String id, Authenticated agent, String origin, Line line) {
        var opening = new Opening(
                agent.agent().id(),
                agent.agent().name(),
                agent.agent().space(),
                agent.keyId(),
                agent.lastFour(),
                agent.ends(),
                agent.via(),
                origin,
                clock.instant());
        return sessions.open(
                id, opening, line, () -> agents.counts(agent.agent().id(), agent.keyId()));
    }

    Conversation conversation(Session session) {
        return new Conversation(session, calls, listing, version);
    }

    /** The session is over; written down where that is possible, since nobody can be refused any more. */
    void left(Conversation conversation, String reason) {
        var session = conversation.session();
        sessions.closed(session);
        var opening = session.opening();
        try {
            audit.append(
                    new Entry(
                            "session.ended",
                            new Principal(
                                    Principal.Type.AGENT,
                                    opening.agent(),
                                    opening.agentName(),
                                    opening.origin(),
                                    opening.via()),
                            opening.space(),
                            session.id(),
                            "disconnect",
                            "key …" + opening.lastFour(),
                            "ended",
                            null,
                            Details.none()
                                    .with("reason", reason)
                                    .with("client", session.client())
                                    .with("calls", session.calls())),
                    Durability.COMMITTED);
        } catch (CannotRecord e) {
            // Health is red already.
        }
    }

    private void record(
            String kind,
            Principal principal,
            @Nullable Authenticated agent,
            @Nullable String session,
            String outcome,
            Details details) {
        audit.append(
                new Entry(
                        kind,
                        principal,
                        agent == null ? null : agent.agent().space(),
                        session,
                        "connect",
                        agent == null ? null : "key …" + agent.lastFour(),
                        outcome,
                        null,
                        details),
                Durability.COMMITTED);
    }

    private static Principal principal(Authenticated agent, String origin) {
        return new Principal(
                Principal.Type.AGENT, agent.agent().id(), agent.agent().name(), origin, agent.via());
    }
}
