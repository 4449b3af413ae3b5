package com.kruxos.tokenapi;

import com.kruxos.admin.SessionDesk;

/** {@code /sessions} */
final class SessionRoutes {
    private final SessionDesk sessions;

    SessionRoutes(SessionDesk sessions) {
        this.sessions = sessions;
    }

    Reply list(Ask ask) {
        return Page.of(ask, sessions.list(), SessionRoutes::key, Views::session);
    }

    private static String key(SessionDesk.View view) {
        var started = view.session().opening().started().toEpochMilli();
        return "%019d.%s".formatted(started, view.session().id());
    }
}
