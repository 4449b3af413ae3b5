package com.kruxos.admin;

import com.kruxos.session.SessionInfo;
import com.kruxos.session.Sessions;
import java.util.List;

/** Who is connected. */
public final class SessionDesk {
    /** A session and the name of its Space. */
    public record View(SessionInfo session, String space) {}

    private final Rooms rooms;
    private final Sessions sessions;

    SessionDesk(Parts parts) {
        this.rooms = new Rooms(parts.spaces());
        this.sessions = parts.sessions();
    }

    /** All sessions, oldest first. */
    public List<View> list() {
        return sessions.list().stream()
                .map(session -> new View(session, rooms.name(session.opening().space())))
                .toList();
    }
}
