package com.kruxos.admin;

import com.kruxos.audit.AuditPrincipal;
import com.kruxos.audit.Details;
import com.kruxos.result.Result;
import com.kruxos.session.SessionInfo;
import com.kruxos.session.Sessions;
import java.util.List;

/** Who is connected, and cutting them off. */
public final class SessionDesk {
    /** A session and the name of its Space. */
    public record View(SessionInfo session, String space) {}

    private final Acts acts;
    private final Rooms rooms;
    private final Sessions sessions;

    SessionDesk(Acts acts, Parts parts) {
        this.acts = acts;
        this.rooms = new Rooms(parts.spaces());
        this.sessions = parts.sessions();
    }

    /** All sessions, oldest first. */
    public List<View> list() {
        return sessions.list().stream()
                .map(session ->
                        new View(session, rooms.name(session.connectionInfo().spaceId())))
                .toList();
    }

    /** When this returns the session is closed; its agent may open another one. */
    public Result<View> close(AuditPrincipal who, String id) {
        var act = Act.of(who, "session.close", id);
        var found =
                list().stream().filter(view -> view.session().id().equals(id)).findFirst();
        if (found.isEmpty()) {
            return acts.perform(act, () -> Result.notFound("there is no such session", "it may have ended by itself"));
        }
        var view = found.get();
        var opening = view.session().connectionInfo();
        return acts.perform(act.in(opening.spaceId()).saying(Details.none().with("agent", opening.agentId())), () -> {
            sessions.endSession(id, "closed by " + who.name());
            return Result.done(view);
        });
    }
}
