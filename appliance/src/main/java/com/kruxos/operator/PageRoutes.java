package com.kruxos.operator;

import static com.kruxos.operator.PageRoute.get;
import static com.kruxos.operator.PageRoute.post;

import java.util.List;

/** The route table: every page and form target. */
final class PageRoutes {
    private PageRoutes() {}

    static List<PageRoute> table(SignInPages signIn, HomePages home, AgentPages agents, AccountPages account) {
        return List.of(
                get("/sign-in", signIn::showSignIn).asPublic(),
                post("/sign-in", signIn::signIn).asPublic(),
                get("/welcome/{code}", signIn::showWelcome).asPublic(),
                post("/welcome", signIn::choosePassphrase).asPublic(),
                post("/sign-out", signIn::signOut),
                get("/", home::show),
                get("/agents", agents::list),
                post("/agents", agents::create),
                get("/agents/new", agents::newAgentForm),
                get("/agents/{agent}", agents::show),
                post("/agents/{agent}/rotate", agents::rotate),
                post("/agents/{agent}/pause", agents::pause),
                post("/agents/{agent}/resume", agents::resume),
                post("/agents/{agent}/revoke", agents::revoke),
                post("/agents/{agent}/restore", agents::restore),
                post("/agents/{agent}/edit", agents::edit),
                post("/agents/{agent}/sessions/{session}/close", agents::closeSession),
                get("/account", account::show),
                post("/account/passphrase", account::changePassphrase),
                post("/account/seats/{seat}/end", account::endSession),
                post("/account/sign-out-everywhere", account::signOutEverywhere));
    }
}
