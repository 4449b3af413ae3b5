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
    private static final Set<String> MOVING = Set.of("last_seen", "seats");

    private final OperatorAdmin operators;
    private final String dashboard;

    OperatorRoutes(Admin admin) {
        operators = admin.operators();
        dashboard = admin.status().dashboard();
    }

    Reply list(Ask ask) {
        return Page.of(
                ask,
                operators.list(),
                operator -> Page.byTime(operator.created(), operator.id()),
                operator -> Views.operator(operator, seats(operator)));
    }

    Reply add(Ask ask) {
        return invited(201, operators.add(ask.who(), ask.body().text("name")));
    }

    Reply show(Ask ask) {
        return Reply.of(
                operators.show(ask.path("operator")),
                operator -> Reply.single(Views.operator(operator, seats(operator)), MOVING));
    }

    Reply reset(Ask ask) {
        return invited(200, operators.reset(ask.who(), ask.path("operator")));
    }

    Reply remove(Ask ask) {
        return Reply.of(operators.remove(ask.who(), ask.path("operator")), ended -> {
            var json = Views.object();
            json.set("operator", Views.operator(ended.operator(), 0));
            return Reply.ok(json.put("seats_ended", ended.seatsEnded()));
        });
    }

    private Reply invited(int status, Result<Invitation> answer) {
        return Reply.of(answer, invitation -> {
            try (invitation) {
                var json = Views.object();
                json.set("operator", Views.operator(invitation.operator(), 0));
                json.put("welcome", dashboard + "/welcome/")
                        .put("expires", invitation.expires().toString());
                return Reply.withKey(status, json, "code", invitation.code())
                        .made(invitation.operator().id());
            }
        });
    }

    private int seats(Operator operator) {
        return operators.seats(operator.id()).size();
    }
}
