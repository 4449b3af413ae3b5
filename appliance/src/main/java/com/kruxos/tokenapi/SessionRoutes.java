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
        return Page.byTime(view.session().opening().started(), view.session().id());
    }
}
