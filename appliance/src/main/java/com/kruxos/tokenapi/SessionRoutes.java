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

    Reply close(Ask ask) {
        return Reply.of(sessions.close(ask.who(), ask.path("session")), closed -> Reply.ok(Views.session(closed)));
    }

    private static String key(SessionDesk.View view) {
        return Page.byTime(
                view.session().connectionInfo().startedAt(), view.session().id());
    }
}
