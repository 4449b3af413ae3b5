package com.kruxos.tokenapi;

import static com.kruxos.identity.Scope.ADMIN;
import static com.kruxos.identity.Scope.OPERATE;
import static com.kruxos.identity.Scope.READ;
import static com.kruxos.identity.Scope.SECRETS_READ;
import static com.kruxos.tokenapi.Route.beside;
import static com.kruxos.tokenapi.Route.delete;
import static com.kruxos.tokenapi.Route.get;
import static com.kruxos.tokenapi.Route.patch;
import static com.kruxos.tokenapi.Route.post;
import static com.kruxos.tokenapi.Route.put;

import com.kruxos.admin.Admin;
import java.util.ArrayList;
import java.util.List;

/** The table: everything the API can be asked, what it takes to be allowed to, and what comes back. */
final class Routes {
    private Routes() {}

    static List<Route> table(Admin admin) {
        var routes = new ArrayList<Route>();
        var metrics = new Metrics(admin);
        var description = new OpenApi(routes);
        routes.add(beside("/openapi.json", null, "Describes this API", description::answer)
                .answers("application/json"));
        routes.add(beside("/metrics", READ, "Tells how the appliance does, as OpenMetrics", metrics::answer)
                .answers(Metrics.TYPE));
        routes.add(get(
                        "/status",
                        READ,
                        "Tells how the appliance is",
                        ask -> Reply.ok(Views.status(admin.status().status())))
                .answers("Status"));
        routes.add(get(
                        "/certificate",
                        READ,
                        "Shows the certificate of the agents' door",
                        ask -> Reply.ok(Views.certificate(admin.status().certificate())))
                .answers("Certificate"));
        routes.add(put(
                        "/certificate",
                        ADMIN,
                        "Replaces the certificate of the doors and its key, sent as PEM",
                        ask -> Reply.of(
                                admin.certificate().replace(ask.who(), ask.octets()),
                                shown -> Reply.ok(Views.certificate(shown))))
                .onlyLocal()
                .answers("Certificate"));
        routes.addAll(spaces(new SpaceRoutes(admin.spaces())));
        routes.addAll(agents(new AgentRoutes(admin.agents())));
        routes.addAll(tickets(new TicketRoutes(admin.agents())));
        routes.addAll(tokens(new TokenRoutes(admin.tokens())));
        routes.addAll(operators(new OperatorRoutes(admin)));
        routes.addAll(servers(new ServerRoutes(admin.servers())));
        routes.addAll(secrets(new SecretRoutes(admin.secrets())));
        routes.addAll(records(new SessionRoutes(admin.sessions()), new AuditRoutes(admin.audit(), admin.agents())));
        return routes;
    }

    private static List<Route> spaces(SpaceRoutes spaces) {
        return List.of(
                get("/spaces", READ, "Lists the Spaces", spaces::list)
                        .query("limit", "after")
                        .answers("SpaceList"),
                post("/spaces", ADMIN, "Makes a Space, with a vault key of its own", spaces::create)
                        .body("NewSpace", "name")
                        .creating()
                        .answers(201, "Space"),
                get("/spaces/{space}", READ, "Shows a Space", spaces::show).answers("Space"),
                delete("/spaces/{space}", ADMIN, "Deletes a Space and everything in it", spaces::delete)
                        .ifMatches(spaces::show)
                        .answers("DeletedSpace"));
    }

    private static List<Route> agents(AgentRoutes agents) {
        return List.of(
                get("/agents", READ, "Lists the agents of a Space", agents::list)
                        .query("space", "limit", "after")
                        .answers("AgentList"),
                post("/agents", ADMIN, "Makes an agent and its first key", agents::create)
                        .body("NewAgent", "name", "purpose", "space", "expires")
                        .creating()
                        .answers(201, "IssuedAgent"),
                get("/agents/{agent}", READ, "Shows an agent", agents::show)
                        .query("space")
                        .answers("Agent"),
                patch("/agents/{agent}", ADMIN, "Changes an agent's purpose or expiry", agents::edit)
                        .query("space")
                        .body("AgentEdit", "purpose", "expires")
                        .ifMatches(agents::show)
                        .answers("ChangedAgent"),
                post(
                                "/agents/{agent}/rotate",
                                ADMIN,
                                "Gives an agent a new key in place of its old ones",
                                agents::rotate)
                        .query("space")
                        .body("Rotation", "overlap")
                        .creating()
                        .ifMatches(agents::show)
                        .answers("IssuedAgent"),
                post("/agents/{agent}/revoke", ADMIN, "Ends an agent's keys, tickets and sessions", agents::revoke)
                        .query("space")
                        .ifMatches(agents::show)
                        .answers("RevokedAgent"),
                post("/agents/{agent}/restore", ADMIN, "Brings an agent back with a new key", agents::restore)
                        .query("space")
                        .creating()
                        .ifMatches(agents::show)
                        .answers("IssuedAgent"),
                post("/agents/{agent}/pause", OPERATE, "Refuses an agent's calls from now on", agents::pause)
                        .query("space")
                        .ifMatches(agents::show)
                        .answers("ChangedAgent"),
                post("/agents/{agent}/resume", OPERATE, "Lets a paused agent call again", agents::resume)
                        .query("space")
                        .ifMatches(agents::show)
                        .answers("ChangedAgent"));
    }

    private static List<Route> tickets(TicketRoutes tickets) {
        return List.of(
                get("/agents/{agent}/tickets", READ, "Lists an agent's tickets", tickets::list)
                        .query("space", "limit", "after")
                        .answers("TicketList"),
                post(
                                "/agents/{agent}/tickets",
                                OPERATE,
                                "Makes a ticket: an hour's way in for an agent",
                                tickets::create)
                        .query("space")
                        .creating()
                        .answers(201, "IssuedTicket"),
                delete("/agents/{agent}/tickets/{ticket}", OPERATE, "Ends a ticket and its sessions", tickets::end)
                        .query("space")
                        .answers("EndedTicket"));
    }

    private static List<Route> tokens(TokenRoutes tokens) {
        return List.of(
                get("/user-tokens", READ, "Lists the user tokens", tokens::list)
                        .query("limit", "after")
                        .answers("UserTokenList"),
                post("/user-tokens", ADMIN, "Makes a user token", tokens::create)
                        .body("NewUserToken", "label", "scopes", "expires")
                        .creating()
                        .answers(201, "IssuedUserToken"),
                get("/user-tokens/{token}", READ, "Shows a user token", tokens::show)
                        .answers("UserToken"),
                delete("/user-tokens/{token}", ADMIN, "Revokes a user token and ends its tickets", tokens::revoke)
                        .ifMatches(tokens::show)
                        .answers("RevokedUserToken"));
    }

    /** An operator may more than any token, so no token makes one or gets at one's passphrase. */
    private static List<Route> operators(OperatorRoutes operators) {
        return List.of(
                get("/operators", READ, "Lists the operators", operators::list)
                        .query("limit", "after")
                        .answers("OperatorList"),
                post("/operators", ADMIN, "Adds an operator, with an invitation", operators::add)
                        .body("NewOperator", "name")
                        .creating()
                        .onlyLocal()
                        .answers(201, "InvitedOperator"),
                get("/operators/{operator}", READ, "Shows an operator", operators::show)
                        .answers("Operator"),
                delete("/operators/{operator}", ADMIN, "Removes an operator and signs them out", operators::remove)
                        .onlyLocal()
                        .ifMatches(operators::show)
                        .answers("RemovedOperator"),
                post(
                                "/operators/{operator}/reset-passphrase",
                                ADMIN,
                                "Ends an operator's passphrase and gives an invitation to choose another",
                                operators::reset)
                        .creating()
                        .onlyLocal()
                        .answers("InvitedOperator"));
    }

    private static List<Route> servers(ServerRoutes servers) {
        return List.of(
                get("/servers", READ, "Lists the servers of a Space", servers::list)
                        .query("space", "limit", "after")
                        .answers("ServerList"),
                post("/servers", ADMIN, "Adds a server", servers::add)
                        .body(
                                "NewServer",
                                "name",
                                "space",
                                "command",
                                "env",
                                "plain_env",
                                "grants",
                                "cwd",
                                "prefix",
                                "url",
                                "headers",
                                "sessions",
                                "offline")
                        .creating()
                        .answers(201, "Server"),
                get("/servers/{server}", READ, "Shows a server", servers::show)
                        .query("space")
                        .answers("Server"),
                delete("/servers/{server}", ADMIN, "Removes a server", servers::remove)
                        .query("space")
                        .ifMatches(servers::show)
                        .answers("Server"),
                get("/servers/{server}/tools", READ, "Lists a server's tools", servers::tools)
                        .query("space", "limit", "after")
                        .answers("ToolList"),
                get("/servers/{server}/logs", READ, "Shows the newest lines a server wrote", servers::logs)
                        .query("space", "limit")
                        .answers("LogLines"),
                post("/servers/{server}/enable", OPERATE, "Switches a server on", servers::enable)
                        .query("space")
                        .ifMatches(servers::show)
                        .answers("Server"),
                post("/servers/{server}/disable", OPERATE, "Switches a server off", servers::disable)
                        .query("space")
                        .ifMatches(servers::show)
                        .answers("Server"));
    }

    private static List<Route> secrets(SecretRoutes secrets) {
        return List.of(
                get("/secrets", READ, "Lists the secrets of a Space, without values", secrets::list)
                        .query("space", "server", "limit", "after")
                        .answers("SecretList"),
                put("/secrets/{scope}/{key}", ADMIN, "Keeps a value in place of an older one", secrets::put)
                        .query("space", "allow_short")
                        .ifMatches(secrets::tag)
                        .answers("KeptSecret"),
                get("/secrets/{scope}/{key}", SECRETS_READ, "Reads a value", secrets::get)
                        .query("space")
                        .answers(Reply.OCTETS),
                delete("/secrets/{scope}/{key}", ADMIN, "Deletes a secret", secrets::delete)
                        .query("space")
                        .ifMatches(secrets::tag)
                        .answers("DeletedSecrets"),
                delete("/secrets/{scope}/", ADMIN, "Deletes all secrets of a scope", secrets::deleteScope)
                        .query("space")
                        .answers("DeletedSecrets"));
    }

    private static List<Route> records(SessionRoutes sessions, AuditRoutes audit) {
        return List.of(
                get("/sessions", READ, "Lists who is connected", sessions::list)
                        .query("limit", "after")
                        .answers("SessionList"),
                delete("/sessions/{session}", OPERATE, "Closes a session; its agent may open another", sessions::close)
                        .answers("Session"),
                get("/audit", READ, "Reads the audit log", audit::query)
                        .query("after", "before", "limit", "agent", "space", "kind", "principal", "wait")
                        .answers("LeafList"),
                get("/audit/verify", READ, "Verifies the whole audit log", audit::verify)
                        .answers("Verification"));
    }
}
