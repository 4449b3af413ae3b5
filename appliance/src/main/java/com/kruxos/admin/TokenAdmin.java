package com.kruxos.admin;

import com.kruxos.audit.AuditPrincipal;
import com.kruxos.audit.Details;
import com.kruxos.identity.Agents;
import com.kruxos.identity.IssuedToken;
import com.kruxos.identity.NewUserToken;
import com.kruxos.identity.Scope;
import com.kruxos.identity.UserToken;
import com.kruxos.identity.UserTokens;
import com.kruxos.result.Result;
import com.kruxos.session.Sessions;
import java.util.List;

/** User tokens of the token API. */
public final class TokenAdmin {
    /** A revoked token and what ended with it. */
    public record RevokedToken(UserToken token, int ticketsRevoked, int sessionsClosed) {}

    private final AuditedActions actions;
    private final UserTokens tokens;
    private final Agents agents;
    private final Sessions sessions;

    TokenAdmin(AuditedActions actions, AdminDependencies dependencies) {
        this.actions = actions;
        this.tokens = dependencies.tokens();
        this.agents = dependencies.agents();
        this.sessions = dependencies.sessions();
    }

    public List<UserToken> list() {
        return tokens.list();
    }

    public Result<UserToken> show(String id) {
        return tokens.find(id)
                .map(Result::done)
                .orElseGet(() -> Result.notFound("there is no such user token", "kruxos user-token list shows them"));
    }

    public Result<IssuedToken> create(AuditPrincipal principal, NewUserToken wanted) {
        var scopes = wanted.scopes().stream().sorted().map(Scope::text).toList();
        return actions.perform(
                AdminAction.of(principal, "user-token.create", wanted.label())
                        .withDetails(Details.none().with("scopes", scopes)),
                () -> tokens.create(wanted),
                issued -> Details.none()
                        .with("id", issued.token().id())
                        .with("last_four", issued.token().lastFour()));
    }

    /** When this returns, the token and the tickets that it created are invalid, and their sessions are closed. */
    public Result<RevokedToken> revoke(AuditPrincipal principal, String id) {
        return actions.perform(
                AdminAction.of(principal, "user-token.revoke", id),
                () -> tokens.revoke(id).map(this::revokeTickets),
                revoked -> Details.none()
                        .with("tickets_ended", revoked.ticketsRevoked())
                        .with("sessions_closed", revoked.sessionsClosed()));
    }

    /** The token is already invalid, so it cannot create a ticket after this. */
    private RevokedToken revokeTickets(UserToken token) {
        var ended = agents.revokeTicketsVia(AuditPrincipal.PrincipalType.USER.text() + ":" + token.id());
        var closed = ended.stream()
                .mapToInt(ticket -> sessions.endKey(ticket.id(), "the user token that created the ticket was revoked"))
                .sum();
        return new RevokedToken(token, ended.size(), closed);
    }
}
