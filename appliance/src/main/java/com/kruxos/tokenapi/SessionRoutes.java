package com.kruxos.tokenapi;

import com.kruxos.admin.SessionAdmin;

/** {@code /sessions} */
final class SessionRoutes {
    private final SessionAdmin sessions;

    SessionRoutes(SessionAdmin sessions) {
        this.sessions = sessions;
    }

    ApiResponse list(ApiRequest ask) {
        return ListPage.of(ask, sessions.list(), SessionRoutes::sortKey, JsonViews::session);
    }

    ApiResponse close(ApiRequest ask) {
        return ApiResponse.fromResult(
                sessions.close(ask.principal(), ask.pathValue("session")),
                closed -> ApiResponse.ok(JsonViews.session(closed)));
    }

    private static String sortKey(SessionAdmin.SessionView view) {
        return ListPage.timeKey(
                view.session().connectionInfo().startedAt(), view.session().id());
    }
}
