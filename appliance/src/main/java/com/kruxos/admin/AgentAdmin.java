package com.kruxos.admin;

import com.kruxos.audit.AuditPrincipal;
import com.kruxos.audit.Details;
import com.kruxos.identity.AccessTicket;
import com.kruxos.identity.Agent;
import com.kruxos.identity.AgentEdit;
import com.kruxos.identity.AgentKey;
import com.kruxos.identity.AgentState;
import com.kruxos.identity.Agents;
import com.kruxos.identity.IssuedAgentKey;
import com.kruxos.identity.IssuedTicket;
import com.kruxos.identity.NewAgent;
import com.kruxos.identity.UserToken;
import com.kruxos.identity.UserTokens;
import com.kruxos.result.Result;
import com.kruxos.session.Sessions;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Agents, their keys and access tickets. Spaces and agents are identified by name or id. */
public final class AgentAdmin {
    /** A revoked agent and the number of sessions that were closed. */
    public record RevokedAgent(AgentView agent, int sessionsClosed) {}

    /** A revoked ticket and the number of sessions that were closed. */
    public record RevokedTicket(AccessTicket ticket, int sessionsClosed) {}

    private final AuditedActions actions;
    private final SpaceLookup spaceLookup;
    private final Agents agents;
    private final UserTokens tokens;
    private final Sessions sessions;

    AgentAdmin(AuditedActions actions, AdminDependencies dependencies) {
        this.actions = actions;
        this.spaceLookup = new SpaceLookup(dependencies.spaces());
        this.agents = dependencies.agents();
        this.tokens = dependencies.tokens();
        this.sessions = dependencies.sessions();
    }

    public Result<List<AgentView>> list(String space) {
        return spaceLookup.find(space).map(found -> views(agents.list(found.id())));
    }

    /** The agents of all Spaces. */
    public List<AgentView> list() {
        return views(agents.list(null));
    }

    public Optional<String> nameOf(String id) {
        return agents.findById(id).map(Agent::name);
    }

    /** Searches all Spaces. */
    public Result<AgentView> findById(String id) {
        return agents.findById(id)
                .map(agent -> Result.done(view(agent)))
                .orElseGet(() -> Result.notFound("there is no such agent", "kruxos agent list shows them"));
    }

    public Result<AgentView> show(String space, String agent) {
        return find(space, agent).map(this::view);
    }

    public Result<IssuedAgent> create(
            AuditPrincipal principal, String space, String name, String purpose, @Nullable Instant expires) {
        return spaceLookup
                .find(space)
                .flatMap(found -> actions.perform(
                        AdminAction.of(principal, "agent.create", name).inSpace(found.id()),
                        () -> agents.create(new NewAgent(found.id(), name, purpose, expires))
                                .map(this::issuedAgent),
                        AgentAdmin::issuedDetails));
    }

    /** Changes purpose and expiry; open sessions end at the new expiry. */
    public Result<AgentView> edit(AuditPrincipal principal, String space, String agent, AgentEdit edit) {
        return find(space, agent)
                .flatMap(found -> actions.perform(
                        action(principal, "agent.edit", found),
                        () -> agents.edit(found.id(), edit).map(this::applyExpiry)));
    }

    /** Issues a new key. Old keys and their sessions end after {@code overlap}. */
    public Result<IssuedAgent> rotate(AuditPrincipal principal, String space, String agent, Duration overlap) {
        return find(space, agent)
                .flatMap(found -> actions.perform(
                        action(principal, "agent.rotate", found)
                                .withDetails(Details.none()
                                        .with("name", found.name())
                                        .with("overlap_seconds", overlap.toSeconds())),
                        () -> agents.rotate(found.id(), overlap).map(issued -> endReplacedKeys(issued, overlap)),
                        AgentAdmin::issuedDetails));
    }

    /** When this returns, all keys of the agent are invalid and its sessions are closed. */
    public Result<RevokedAgent> revoke(AuditPrincipal principal, String space, String agent) {
        return find(space, agent)
                .flatMap(found -> actions.perform(
                        action(principal, "agent.revoke", found),
                        () -> agents.revoke(found.id()).map(this::closeSessions),
                        revoked -> Details.none().with("sessions_closed", revoked.sessionsClosed())));
    }

    public Result<IssuedAgent> restore(AuditPrincipal principal, String space, String agent) {
        return find(space, agent)
                .flatMap(found -> actions.perform(
                        action(principal, "agent.restore", found),
                        () -> agents.restore(found.id()).map(this::issuedAgent),
                        AgentAdmin::issuedDetails));
    }

    /** Issues a ticket for one agent. It ends with the user token of {@code principal}. */
    public Result<IssuedTicket> createTicket(AuditPrincipal principal, String space, String agent) {
        return find(space, agent)
                .flatMap(found -> actions.perform(
                        action(principal, "ticket.create", found),
                        () -> agents.issueTicket(
                                found.id(), principal.key(), tokenExpiry(principal), () -> isTokenValid(principal)),
                        issued -> Details.none()
                                .with("id", issued.ticket().id())
                                .with("last_four", issued.ticket().lastFour())
                                .with("expires", issued.ticket().expires().toString())));
    }

    /** The valid tickets of an agent, oldest first. */
    public Result<List<AccessTicket>> tickets(String space, String agent) {
        return find(space, agent).map(found -> agents.tickets(found.id()));
    }

    /** When this returns, the ticket is invalid and its sessions are closed. */
    public Result<RevokedTicket> revokeTicket(AuditPrincipal principal, String space, String agent, String ticket) {
        return find(space, agent)
                .flatMap(found -> actions.perform(
                        action(principal, "ticket.revoke", found)
                                .withDetails(Details.none()
                                        .with("name", found.name())
                                        .with("ticket", ticket)),
                        () -> agents.revokeTicket(found.id(), ticket).map(this::closeSessions),
                        ended -> Details.none().with("sessions_closed", ended.sessionsClosed())));
    }

    public Result<AgentView> pause(AuditPrincipal principal, String space, String agent) {
        return find(space, agent)
                .flatMap(found -> changeState(principal, "agent.pause", found, () -> agents.pause(found.id())));
    }

    public Result<AgentView> resume(AuditPrincipal principal, String space, String agent) {
        return find(space, agent)
                .flatMap(found -> changeState(principal, "agent.resume", found, () -> agents.resume(found.id())));
    }

    private Result<AgentView> changeState(
            AuditPrincipal principal, String action, Agent agent, Supplier<Result<Agent>> change) {
        return actions.perform(
                action(principal, action, agent), () -> change.get().map(this::view));
    }

    private Result<Agent> find(String space, String agent) {
        return spaceLookup
                .find(space)
                .flatMap(found -> agents.find(found.id(), agent)
                        .map(Result::done)
                        .orElseGet(() -> Result.notFound(
                                "there is no such agent in the Space " + found.name(),
                                spaceLookup.cliCommand("kruxos agent list", found) + " shows them")));
    }

    /** The keys are already invalid, so no session can be opened after this. */
    private RevokedAgent closeSessions(Agent agent) {
        var closed = sessions.endAgent(agent.id(), "the agent was revoked");
        return new RevokedAgent(view(agent), closed);
    }

    private RevokedTicket closeSessions(AccessTicket ticket) {
        return new RevokedTicket(ticket, sessions.endKey(ticket.id(), "the ticket was revoked"));
    }

    private AgentView applyExpiry(Agent agent) {
        for (var key : agent.keys()) {
            sessions.setKeyExpiry(key.id(), earlier(agent.expires(), key.expires()));
        }
        for (var ticket : agents.tickets(agent.id())) {
            sessions.setKeyExpiry(ticket.id(), earlier(agent.expires(), ticket.expires()));
        }
        return view(agent);
    }

    private static Instant earlier(@Nullable Instant a, @Nullable Instant b) {
        var first = a == null ? Instant.MAX : a;
        return b == null || first.isBefore(b) ? first : b;
    }

    /** Null for root and the service's own user, who have no token. */
    private @Nullable Instant tokenExpiry(AuditPrincipal principal) {
        return tokens.find(principal.id()).map(UserToken::expires).orElse(null);
    }

    private boolean isTokenValid(AuditPrincipal principal) {
        return principal.type() != AuditPrincipal.PrincipalType.USER || tokens.isValid(principal.id());
    }

    private IssuedAgent endReplacedKeys(IssuedAgentKey issued, Duration overlap) {
        for (var key : issued.replaced()) {
            endKeySessions(key, overlap.isZero());
        }
        return issuedAgent(issued);
    }

    private void endKeySessions(AgentKey key, boolean now) {
        if (now) {
            sessions.endKey(key.id(), "the key was replaced");
        } else if (key.expires() != null) {
            sessions.setKeyExpiry(key.id(), key.expires());
        }
    }

    private IssuedAgent issuedAgent(IssuedAgentKey issued) {
        return new IssuedAgent(view(issued.agent()), issued.key());
    }

    private AgentView view(Agent agent) {
        return views(List.of(agent)).getFirst();
    }

    private List<AgentView> views(List<Agent> shown) {
        var open = sessions.all().stream()
                .collect(Collectors.groupingBy(session -> session.caller().agentId(), Collectors.counting()));
        var names = new HashMap<String, String>();
        return shown.stream()
                .map(agent -> new AgentView(
                        agent.withValidKeys(),
                        names.computeIfAbsent(agent.space(), spaceLookup::nameOf),
                        open.getOrDefault(agent.id(), 0L).intValue()))
                .toList();
    }

    private static AdminAction action(AuditPrincipal principal, String action, Agent agent) {
        return AdminAction.of(principal, action, agent.id())
                .inSpace(agent.space())
                .withDetails(Details.none().with("name", agent.name()));
    }

    private static Details issuedDetails(IssuedAgent issued) {
        var agent = issued.agent().agent();
        var key = agent.keys().getLast();
        return Details.none()
                .with("id", agent.id())
                .with("key", key.id())
                .with("last_four", issued.key().lastFour())
                .with("state", agent.state() == AgentState.PAUSED ? "paused" : "active");
    }
}
