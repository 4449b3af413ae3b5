package com.kruxos.tokenapi;

import com.kruxos.admin.Admin;
import com.kruxos.admin.OperatorAdmin;
import com.kruxos.identity.Invitation;
import com.kruxos.identity.Operator;
import com.kruxos.result.Result;
import java.util.Set;

/** {@code /operators} */
final class OperatorRoutes {
    /** What changes by itself, and so does not count when somebody says what they saw. */
    private static final Set<String> VOLATILE_MEMBERS = Set.of("last_seen", "seats");

    private final OperatorAdmin operators;
    private final String dashboardUrl;

    OperatorRoutes(Admin admin) {
        operators = admin.operators();
        dashboardUrl = admin.status().dashboardUrl();
    }

    ApiResponse list(ApiRequest ask) {
        return ListPage.of(
                ask,
                operators.list(),
                operator -> ListPage.timeKey(operator.created(), operator.id()),
                operator -> JsonViews.operator(operator, sessionCount(operator)));
    }

    ApiResponse add(ApiRequest ask) {
        return invitationResponse(201, operators.add(ask.principal(), ask.body().string("name")));
    }

    ApiResponse show(ApiRequest ask) {
        return ApiResponse.fromResult(
                operators.show(ask.pathValue("operator")),
                operator ->
                        ApiResponse.resource(JsonViews.operator(operator, sessionCount(operator)), VOLATILE_MEMBERS));
    }

    ApiResponse reset(ApiRequest ask) {
        return invitationResponse(200, operators.resetPassphrase(ask.principal(), ask.pathValue("operator")));
    }

    ApiResponse remove(ApiRequest ask) {
        return ApiResponse.fromResult(operators.remove(ask.principal(), ask.pathValue("operator")), ended -> {
            var json = JsonViews.newObject();
            json.set("operator", JsonViews.operator(ended.operator(), 0));
            return ApiResponse.ok(json.put("seats_ended", ended.sessionsEnded()));
        });
    }

    private ApiResponse invitationResponse(int status, Result<Invitation> answer) {
        return ApiResponse.fromResult(answer, invitation -> {
            try (invitation) {
                var json = JsonViews.newObject();
                json.set("operator", JsonViews.operator(invitation.operator(), 0));
                json.put("welcome", dashboardUrl + "/welcome/")
                        .put("expires", invitation.expires().toString());
                return ApiResponse.withCredential(status, json, "code", invitation.code())
                        .withCreatedId(invitation.operator().id());
            }
        });
    }

    private int sessionCount(Operator operator) {
        return operators.sessionsOf(operator.id()).size();
    }
}
