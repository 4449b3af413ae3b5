package com.kruxos.tokenapi;

import com.kruxos.admin.SessionAdmin;
import com.kruxos.web.http.WebResponse;

/** {@code /sessions} */
final class SessionRoutes {
    private final SessionAdmin sessions;

    SessionRoutes(SessionAdmin sessions) {
        this.sessions = sessions;
    }

    WebResponse list(ApiRequest request) {
        return ListPage.of(request, sessions.list(), SessionRoutes::sortKey, JsonViews::session);
    }

    WebResponse close(ApiRequest request) {
        return ApiResponses.fromResult(
                sessions.close(request.principal(), request.pathValue("session")),
                closed -> ApiResponses.ok(JsonViews.session(closed)));
    }

    private static String sortKey(SessionAdmin.SessionView view) {
        return ListPage.timeKey(view.session().startedAt(), view.session().id());
    }
}
