package com.kruxos.admin;

import com.kruxos.audit.AuditPrincipal;
import com.kruxos.audit.Details;
import com.kruxos.result.Result;
import com.kruxos.session.SessionInfo;
import com.kruxos.session.Sessions;
import java.util.List;

/** Who is connected, and cutting them off. */
public final class SessionAdmin {
    /** A session and the name of its Space. */
    public record SessionView(SessionInfo session, String space) {}

    private final AuditedActions actions;
    private final SpaceLookup spaceLookup;
    private final Sessions sessions;

    SessionAdmin(AuditedActions acts, AdminDependencies parts) {
        this.actions = acts;
        this.spaceLookup = new SpaceLookup(parts.spaces());
        this.sessions = parts.sessions();
    }

    /** All sessions, oldest first. */
    public List<SessionView> list() {
        return sessions.list().stream()
                .map(session -> new SessionView(
                        session, spaceLookup.nameOf(session.caller().spaceId())))
                .toList();
    }

    /** When this returns the session is closed; its agent may open another one. */
    public Result<SessionView> close(AuditPrincipal who, String id) {
        var act = AdminAction.of(who, "session.close", id);
        var found =
                list().stream().filter(view -> view.session().id().equals(id)).findFirst();
        if (found.isEmpty()) {
            return actions.perform(
                    act, () -> Result.notFound("there is no such session", "it may have ended by itself"));
        }
        var view = found.get();
        var opening = view.session().caller();
        return actions.perform(
                act.inSpace(opening.spaceId()).withDetails(Details.none().with("agent", opening.agentId())), () -> {
                    sessions.endSession(id, "closed by " + who.name());
                    return Result.done(view);
                });
    }
}
