package com.kruxos.operator;

import static com.kruxos.operator.Route.get;
import static com.kruxos.operator.Route.post;

import java.util.List;

/** The table: every page there is and everything a form can be sent to. */
final class Routes {
    private Routes() {}

    static List<Route> table(SignInPages signIn, HomePages home, AgentPages agents, AccountPages account) {
        return List.of(
                get("/sign-in", signIn::ask).forGuests(),
                post("/sign-in", signIn::signIn).forGuests(),
                get("/welcome/{code}", signIn::welcome).forGuests(),
                post("/welcome", signIn::choose).forGuests(),
                post("/sign-out", signIn::signOut),
                get("/", home::show),
                get("/agents", agents::list),
                post("/agents", agents::create),
                get("/agents/new", agents::blank),
                get("/agents/{agent}", agents::show),
                post("/agents/{agent}/rotate", agents::rotate),
                post("/agents/{agent}/pause", agents::pause),
                post("/agents/{agent}/resume", agents::resume),
                post("/agents/{agent}/revoke", agents::revoke),
                post("/agents/{agent}/restore", agents::restore),
                post("/agents/{agent}/edit", agents::edit),
                post("/agents/{agent}/sessions/{session}/close", agents::closeSession),
                get("/account", account::show),
                post("/account/passphrase", account::passphrase),
                post("/account/seats/{seat}/end", account::endSeat),
                post("/account/sign-out-everywhere", account::signOutEverywhere));
    }
}
