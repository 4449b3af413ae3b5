package com.kruxos.tokenapi;

import com.kruxos.admin.Admin;
import com.kruxos.admin.OperatorAdmin;
import com.kruxos.identity.Invitation;
import com.kruxos.identity.Operator;
import com.kruxos.result.Result;
import com.kruxos.web.http.WebResponse;
import java.util.Set;

/** {@code /operators} */
final class OperatorRoutes {
    /** Members that change on their own, which {@code If-Match} ignores. */
    private static final Set<String> VOLATILE_MEMBERS = Set.of("last_seen", "seats");

    private final OperatorAdmin operators;
    private final String dashboardUrl;

    OperatorRoutes(Admin admin) {
        operators = admin.operators();
        dashboardUrl = admin.status().dashboardUrl();
    }

    WebResponse list(ApiRequest request) {
        return ListPage.of(
                request,
                operators.list(),
                operator -> ListPage.timeKey(operator.created(), operator.id()),
                operator -> JsonViews.operator(operator, sessionCount(operator)));
    }

    WebResponse add(ApiRequest request) {
        return invitationResponse(
                201, operators.add(request.principal(), request.body().string("name")));
    }

    WebResponse show(ApiRequest request) {
        return ApiResponses.fromResult(
                operators.show(request.pathValue("operator")),
                operator ->
                        ApiResponses.resource(JsonViews.operator(operator, sessionCount(operator)), VOLATILE_MEMBERS));
    }

    WebResponse reset(ApiRequest request) {
        return invitationResponse(200, operators.resetPassphrase(request.principal(), request.pathValue("operator")));
    }

    WebResponse remove(ApiRequest request) {
        return ApiResponses.fromResult(operators.remove(request.principal(), request.pathValue("operator")), ended -> {
            var json = JsonViews.newObject();
            json.set("operator", JsonViews.operator(ended.operator(), 0));
            return ApiResponses.ok(json.put("seats_ended", ended.sessionsEnded()));
        });
    }

    private WebResponse invitationResponse(int status, Result<Invitation> result) {
        return ApiResponses.fromResult(result, invitation -> {
            try (invitation) {
                var json = JsonViews.newObject();
                json.set("operator", JsonViews.operator(invitation.operator(), 0));
                json.put("welcome", dashboardUrl + "/welcome/")
                        .put("expires", invitation.expires().toString());
                return ApiResponses.withCredential(status, json, "code", invitation.code())
                        .withCreatedId(invitation.operator().id());
            }
        });
    }

    private int sessionCount(Operator operator) {
        return operators.sessionsOf(operator.id()).size();
    }
}
