package com.kruxos.tokenapi;

import static com.kruxos.identity.Scope.ADMIN;
import static com.kruxos.identity.Scope.OPERATE;
import static com.kruxos.identity.Scope.READ;
import static com.kruxos.identity.Scope.SECRETS_READ;
import static com.kruxos.tokenapi.ApiRoute.delete;
import static com.kruxos.tokenapi.ApiRoute.get;
import static com.kruxos.tokenapi.ApiRoute.getAtRoot;
import static com.kruxos.tokenapi.ApiRoute.patch;
import static com.kruxos.tokenapi.ApiRoute.post;
import static com.kruxos.tokenapi.ApiRoute.put;

import com.kruxos.admin.Admin;
import java.util.ArrayList;
import java.util.List;

/** The table: everything the API can be asked, what it takes to be allowed to, and what comes back. */
final class ApiRoutes {
    private ApiRoutes() {}

    static List<ApiRoute> table(Admin admin) {
        var routes = new ArrayList<ApiRoute>();
        var metrics = new Metrics(admin);
        var description = new OpenApi(routes);
        routes.add(getAtRoot("/openapi.json", null, "Describes this API", description::handle)
                .responding("application/json"));
        routes.add(getAtRoot("/metrics", READ, "Tells how the appliance does, as OpenMetrics", metrics::handle)
                .responding(Metrics.CONTENT_TYPE));
        routes.add(get(
                        "/status",
                        READ,
                        "Tells how the appliance is",
                        ask -> ApiResponse.ok(JsonViews.status(admin.status().status())))
                .responding("Status"));
        routes.add(get(
                        "/certificate",
                        READ,
                        "Shows the certificate of the agents' door",
                        ask -> ApiResponse.ok(
                                JsonViews.certificate(admin.status().certificate())))
                .responding("Certificate"));
        routes.add(put(
                        "/certificate",
                        ADMIN,
                        "Replaces the certificate of the doors and its key, sent as PEM",
                        ask -> ApiResponse.fromResult(
                                admin.certificate().replace(ask.principal(), ask.bodyBytes()),
                                shown -> ApiResponse.ok(JsonViews.certificate(shown))))
                .restrictedToLocal()
                .responding("Certificate"));
        routes.addAll(spaces(new SpaceRoutes(admin.spaces())));
        routes.addAll(agents(new AgentRoutes(admin.agents())));
        routes.addAll(tickets(new TicketRoutes(admin.agents())));
        routes.addAll(tokens(new TokenRoutes(admin.tokens())));
        routes.addAll(operators(new OperatorRoutes(admin)));
        routes.addAll(servers(new ServerRoutes(admin.servers())));
        routes.addAll(secrets(new SecretRoutes(admin.secrets())));
        routes.addAll(
                sessionsAndAudit(new SessionRoutes(admin.sessions()), new AuditRoutes(admin.audit(), admin.agents())));
        return routes;
    }

    private static List<ApiRoute> spaces(SpaceRoutes spaces) {
        return List.of(
                get("/spaces", READ, "Lists the Spaces", spaces::list)
                        .query("limit", "after")
                        .responding("SpaceList"),
                post("/spaces", ADMIN, "Makes a Space, with a vault key of its own", spaces::create)
                        .withBody("NewSpace", "name")
                        .withIdempotencyKey()
                        .responding(201, "Space"),
                get("/spaces/{space}", READ, "Shows a Space", spaces::show).responding("Space"),
                delete("/spaces/{space}", ADMIN, "Deletes a Space and everything in it", spaces::delete)
                        .withIfMatch(spaces::show)
                        .responding("DeletedSpace"));
    }

    private static List<ApiRoute> agents(AgentRoutes agents) {
        return List.of(
                get("/agents", READ, "Lists the agents of a Space", agents::list)
                        .query("space", "limit", "after")
                        .responding("AgentList"),
                post("/agents", ADMIN, "Makes an agent and its first key", agents::create)
                        .withBody("NewAgent", "name", "purpose", "space", "expires")
                        .withIdempotencyKey()
                        .responding(201, "IssuedAgent"),
                get("/agents/{agent}", READ, "Shows an agent", agents::show)
                        .query("space")
                        .responding("Agent"),
                patch("/agents/{agent}", ADMIN, "Changes an agent's purpose or expiry", agents::edit)
                        .query("space")
                        .withBody("AgentEdit", "purpose", "expires")
                        .withIfMatch(agents::show)
                        .responding("ChangedAgent"),
                post(
                                "/agents/{agent}/rotate",
                                ADMIN,
                                "Gives an agent a new key in place of its old ones",
                                agents::rotate)
                        .query("space")
                        .withBody("Rotation", "overlap")
                        .withIdempotencyKey()
                        .withIfMatch(agents::show)
                        .responding("IssuedAgent"),
                post("/agents/{agent}/revoke", ADMIN, "Ends an agent's keys, tickets and sessions", agents::revoke)
                        .query("space")
                        .withIfMatch(agents::show)
                        .responding("RevokedAgent"),
                post("/agents/{agent}/restore", ADMIN, "Brings an agent back with a new key", agents::restore)
                        .query("space")
                        .withIdempotencyKey()
                        .withIfMatch(agents::show)
                        .responding("IssuedAgent"),
                post("/agents/{agent}/pause", OPERATE, "Refuses an agent's calls from now on", agents::pause)
                        .query("space")
                        .withIfMatch(agents::show)
                        .responding("ChangedAgent"),
                post("/agents/{agent}/resume", OPERATE, "Lets a paused agent call again", agents::resume)
                        .query("space")
                        .withIfMatch(agents::show)
                        .responding("ChangedAgent"));
    }

    private static List<ApiRoute> tickets(TicketRoutes tickets) {
        return List.of(
                get("/agents/{agent}/tickets", READ, "Lists an agent's tickets", tickets::list)
                        .query("space", "limit", "after")
                        .responding("TicketList"),
                post(
                                "/agents/{agent}/tickets",
                                OPERATE,
                                "Makes a ticket: an hour's way in for an agent",
                                tickets::create)
                        .query("space")
                        .withIdempotencyKey()
                        .responding(201, "IssuedTicket"),
                delete("/agents/{agent}/tickets/{ticket}", OPERATE, "Ends a ticket and its sessions", tickets::end)
                        .query("space")
                        .responding("EndedTicket"));
    }

    private static List<ApiRoute> tokens(TokenRoutes tokens) {
        return List.of(
                get("/user-tokens", READ, "Lists the user tokens", tokens::list)
                        .query("limit", "after")
                        .responding("UserTokenList"),
                post("/user-tokens", ADMIN, "Makes a user token", tokens::create)
                        .withBody("NewUserToken", "label", "scopes", "expires")
                        .withIdempotencyKey()
                        .responding(201, "IssuedUserToken"),
                get("/user-tokens/{token}", READ, "Shows a user token", tokens::show)
                        .responding("UserToken"),
                delete("/user-tokens/{token}", ADMIN, "Revokes a user token and ends its tickets", tokens::revoke)
                        .withIfMatch(tokens::show)
                        .responding("RevokedUserToken"));
    }

    /** An operator may more than any token, so no token makes one or gets at one's passphrase. */
    private static List<ApiRoute> operators(OperatorRoutes operators) {
        return List.of(
                get("/operators", READ, "Lists the operators", operators::list)
                        .query("limit", "after")
                        .responding("OperatorList"),
                post("/operators", ADMIN, "Adds an operator, with an invitation", operators::add)
                        .withBody("NewOperator", "name")
                        .withIdempotencyKey()
                        .restrictedToLocal()
                        .responding(201, "InvitedOperator"),
                get("/operators/{operator}", READ, "Shows an operator", operators::show)
                        .responding("Operator"),
                delete("/operators/{operator}", ADMIN, "Removes an operator and signs them out", operators::remove)
                        .restrictedToLocal()
                        .withIfMatch(operators::show)
                        .responding("RemovedOperator"),
                post(
                                "/operators/{operator}/reset-passphrase",
                                ADMIN,
                                "Ends an operator's passphrase and gives an invitation to choose another",
                                operators::reset)
                        .withIdempotencyKey()
                        .restrictedToLocal()
                        .responding("InvitedOperator"));
    }

    private static List<ApiRoute> servers(ServerRoutes servers) {
        return List.of(
                get("/servers", READ, "Lists the servers of a Space", servers::list)
                        .query("space", "limit", "after")
                        .responding("ServerList"),
                post("/servers", ADMIN, "Adds a server", servers::add)
                        .withBody(
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
                        .withIdempotencyKey()
                        .responding(201, "Server"),
                get("/servers/{server}", READ, "Shows a server", servers::show)
                        .query("space")
                        .responding("Server"),
                delete("/servers/{server}", ADMIN, "Removes a server", servers::remove)
                        .query("space")
                        .withIfMatch(servers::show)
                        .responding("Server"),
                get("/servers/{server}/tools", READ, "Lists a server's tools", servers::tools)
                        .query("space", "limit", "after")
                        .responding("ToolList"),
                get("/servers/{server}/logs", READ, "Shows the newest lines a server wrote", servers::logs)
                        .query("space", "limit")
                        .responding("LogLines"),
                post("/servers/{server}/enable", OPERATE, "Switches a server on", servers::enable)
                        .query("space")
                        .withIfMatch(servers::show)
                        .responding("Server"),
                post("/servers/{server}/disable", OPERATE, "Switches a server off", servers::disable)
                        .query("space")
                        .withIfMatch(servers::show)
                        .responding("Server"));
    }

    private static List<ApiRoute> secrets(SecretRoutes secrets) {
        return List.of(
                get("/secrets", READ, "Lists the secrets of a Space, without values", secrets::list)
                        .query("space", "server", "limit", "after")
                        .responding("SecretList"),
                put("/secrets/{scope}/{key}", ADMIN, "Keeps a value in place of an older one", secrets::put)
                        .query("space", "allow_short")
                        .withIfMatch(secrets::version)
                        .responding("KeptSecret"),
                get("/secrets/{scope}/{key}", SECRETS_READ, "Reads a value", secrets::get)
                        .query("space")
                        .responding(ApiResponse.OCTET_STREAM),
                delete("/secrets/{scope}/{key}", ADMIN, "Deletes a secret", secrets::delete)
                        .query("space")
                        .withIfMatch(secrets::version)
                        .responding("DeletedSecrets"),
                delete("/secrets/{scope}/", ADMIN, "Deletes all secrets of a scope", secrets::deleteScope)
                        .query("space")
                        .responding("DeletedSecrets"));
    }

    private static List<ApiRoute> sessionsAndAudit(SessionRoutes sessions, AuditRoutes audit) {
        return List.of(
                get("/sessions", READ, "Lists who is connected", sessions::list)
                        .query("limit", "after")
                        .responding("SessionList"),
                delete("/sessions/{session}", OPERATE, "Closes a session; its agent may open another", sessions::close)
                        .responding("Session"),
                get("/audit", READ, "Reads the audit log", audit::query)
                        .query("after", "before", "limit", "agent", "space", "kind", "principal", "wait")
                        .responding("LeafList"),
                get("/audit/verify", READ, "Verifies the whole audit log", audit::verify)
                        .responding("Verification"));
    }
}
