package com.kruxos.admin;

import com.kruxos.audit.AuditPrincipal;
import com.kruxos.audit.Details;
import com.kruxos.result.Result;
import com.kruxos.session.SessionInfo;
import com.kruxos.session.Sessions;
import java.util.List;

/** Agents' open sessions. */
public final class SessionAdmin {
    /** A session and the name of its Space. */
    public record SessionView(SessionInfo session, String space) {}

    private final AuditedActions actions;
    private final SpaceLookup spaceLookup;
    private final Sessions sessions;

    SessionAdmin(AuditedActions actions, AdminDependencies dependencies) {
        this.actions = actions;
        this.spaceLookup = new SpaceLookup(dependencies.spaces());
        this.sessions = dependencies.sessions();
    }

    /** Oldest first. */
    public List<SessionView> list() {
        return sessions.list().stream()
                .map(session -> new SessionView(
                        session, spaceLookup.nameOf(session.caller().spaceId())))
                .toList();
    }

    /** When this returns, the session is closed. The agent may open another one. */
    public Result<SessionView> close(AuditPrincipal principal, String id) {
        var action = AdminAction.of(principal, "session.close", id);
        var found =
                list().stream().filter(view -> view.session().id().equals(id)).findFirst();
        if (found.isEmpty()) {
            return actions.perform(
                    action, () -> Result.notFound("there is no such session", "it may already have ended"));
        }
        var view = found.get();
        var caller = view.session().caller();
        return actions.perform(
                action.inSpace(caller.spaceId()).withDetails(Details.none().with("agent", caller.agentId())), () -> {
                    sessions.endSession(id, "closed by " + principal.name());
                    return Result.done(view);
                });
    }
}
