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

/** The route table of the API. */
final class ApiRoutes {
    private ApiRoutes() {}

    static List<ApiRoute> table(Admin admin) {
        var routes = new ArrayList<ApiRoute>();
        var metrics = new Metrics(admin);
        var description = new OpenApi(routes);
        routes.add(getAtRoot("/openapi.json", "Returns this description", description::handle)
                .responds("application/json"));
        routes.add(getAtRoot("/metrics", "Returns metrics in the OpenMetrics text format", metrics::handle)
                .scope(READ)
                .responds(Metrics.CONTENT_TYPE));
        routes.add(get(
                        "/status",
                        READ,
                        "Returns the state of the appliance",
                        request ->
                                ApiResponses.ok(JsonViews.status(admin.status().status())))
                .responds("Status"));
        routes.add(get(
                        "/certificate",
                        READ,
                        "Returns the TLS certificate",
                        request -> ApiResponses.ok(
                                JsonViews.certificate(admin.status().certificate())))
                .responds("Certificate"));
        routes.add(put(
                        "/certificate",
                        ADMIN,
                        "Replaces the TLS certificate and its key, sent as PEM",
                        request -> ApiResponses.fromResult(
                                admin.certificate().replace(request.principal(), request.bodyBytes()),
                                shown -> ApiResponses.ok(JsonViews.certificate(shown))))
                .localOnly()
                .responds("Certificate"));
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
                        .responds("SpaceList"),
                post("/spaces", ADMIN, "Creates a Space with its own encryption keys", spaces::create)
                        .body("NewSpace", "name")
                        .idempotent()
                        .responds(201, "Space"),
                get("/spaces/{space}", READ, "Returns a Space", spaces::show).responds("Space"),
                delete("/spaces/{space}", ADMIN, "Deletes a Space and everything in it", spaces::delete)
                        .ifMatch(spaces::show)
                        .responds("DeletedSpace"));
    }

    private static List<ApiRoute> agents(AgentRoutes agents) {
        return List.of(
                get("/agents", READ, "Lists the agents of a Space", agents::list)
                        .query("space", "limit", "after")
                        .responds("AgentList"),
                post("/agents", ADMIN, "Creates an agent and its first key", agents::create)
                        .body("NewAgent", "name", "purpose", "space", "expires")
                        .idempotent()
                        .responds(201, "IssuedAgent"),
                get("/agents/{agent}", READ, "Returns an agent", agents::show)
                        .query("space")
                        .responds("Agent"),
                patch("/agents/{agent}", ADMIN, "Changes the purpose or expiry of an agent", agents::edit)
                        .query("space")
                        .body("AgentEdit", "purpose", "expires")
                        .ifMatch(agents::show)
                        .responds("ChangedAgent"),
                post("/agents/{agent}/rotate", ADMIN, "Replaces the keys of an agent with a new one", agents::rotate)
                        .query("space")
                        .body("Rotation", "overlap")
                        .idempotent()
                        .ifMatch(agents::show)
                        .responds("IssuedAgent"),
                post(
                                "/agents/{agent}/revoke",
                                ADMIN,
                                "Revokes an agent: ends its keys, tickets and sessions",
                                agents::revoke)
                        .query("space")
                        .ifMatch(agents::show)
                        .responds("RevokedAgent"),
                post(
                                "/agents/{agent}/restore",
                                ADMIN,
                                "Restores a revoked or expired agent with a new key",
                                agents::restore)
                        .query("space")
                        .idempotent()
                        .ifMatch(agents::show)
                        .responds("IssuedAgent"),
                post("/agents/{agent}/pause", OPERATE, "Pauses an agent: its calls are refused", agents::pause)
                        .query("space")
                        .ifMatch(agents::show)
                        .responds("ChangedAgent"),
                post("/agents/{agent}/resume", OPERATE, "Resumes a paused agent", agents::resume)
                        .query("space")
                        .ifMatch(agents::show)
                        .responds("ChangedAgent"));
    }

    private static List<ApiRoute> tickets(TicketRoutes tickets) {
        return List.of(
                get("/agents/{agent}/tickets", READ, "Lists an agent's tickets", tickets::list)
                        .query("space", "limit", "after")
                        .responds("TicketList"),
                post(
                                "/agents/{agent}/tickets",
                                OPERATE,
                                "Creates a ticket, with which an agent can authenticate for an hour",
                                tickets::create)
                        .query("space")
                        .idempotent()
                        .responds(201, "IssuedTicket"),
                delete(
                                "/agents/{agent}/tickets/{ticket}",
                                OPERATE,
                                "Revokes a ticket and ends its sessions",
                                tickets::end)
                        .query("space")
                        .responds("EndedTicket"));
    }

    private static List<ApiRoute> tokens(TokenRoutes tokens) {
        return List.of(
                get("/user-tokens", READ, "Lists the user tokens", tokens::list)
                        .query("limit", "after")
                        .responds("UserTokenList"),
                post("/user-tokens", ADMIN, "Creates a user token", tokens::create)
                        .body("NewUserToken", "label", "scopes", "expires")
                        .idempotent()
                        .responds(201, "IssuedUserToken"),
                get("/user-tokens/{token}", READ, "Returns a user token", tokens::show)
                        .responds("UserToken"),
                delete("/user-tokens/{token}", ADMIN, "Revokes a user token and its tickets", tokens::revoke)
                        .ifMatch(tokens::show)
                        .responds("RevokedUserToken"));
    }

    /** An operator may do more than any token, so no token can add an operator or reset a passphrase. */
    private static List<ApiRoute> operators(OperatorRoutes operators) {
        return List.of(
                get("/operators", READ, "Lists the operators", operators::list)
                        .query("limit", "after")
                        .responds("OperatorList"),
                post("/operators", ADMIN, "Adds an operator and creates an invitation", operators::add)
                        .body("NewOperator", "name")
                        .idempotent()
                        .localOnly()
                        .responds(201, "InvitedOperator"),
                get("/operators/{operator}", READ, "Returns an operator", operators::show)
                        .responds("Operator"),
                delete("/operators/{operator}", ADMIN, "Removes an operator and ends their sessions", operators::remove)
                        .localOnly()
                        .ifMatch(operators::show)
                        .responds("RemovedOperator"),
                post(
                                "/operators/{operator}/reset-passphrase",
                                ADMIN,
                                "Invalidates an operator's passphrase and creates an invitation to choose a new one",
                                operators::reset)
                        .idempotent()
                        .localOnly()
                        .responds("InvitedOperator"));
    }

    private static List<ApiRoute> servers(ServerRoutes servers) {
        return List.of(
                get("/servers", READ, "Lists the servers of a Space", servers::list)
                        .query("space", "limit", "after")
                        .responds("ServerList"),
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
                        .idempotent()
                        .responds(201, "Server"),
                get("/servers/{server}", READ, "Returns a server", servers::show)
                        .query("space")
                        .responds("Server"),
                delete("/servers/{server}", ADMIN, "Removes a server", servers::remove)
                        .query("space")
                        .ifMatch(servers::show)
                        .responds("Server"),
                get("/servers/{server}/tools", READ, "Lists a server's tools", servers::tools)
                        .query("space", "limit", "after")
                        .responds("ToolList"),
                get("/servers/{server}/logs", READ, "Lists the last lines that a server logged", servers::logs)
                        .query("space", "limit")
                        .responds("LogLines"),
                post("/servers/{server}/enable", OPERATE, "Enables a server", servers::enable)
                        .query("space")
                        .ifMatch(servers::show)
                        .responds("Server"),
                post("/servers/{server}/disable", OPERATE, "Disables a server", servers::disable)
                        .query("space")
                        .ifMatch(servers::show)
                        .responds("Server"));
    }

    private static List<ApiRoute> secrets(SecretRoutes secrets) {
        return List.of(
                get("/secrets", READ, "Lists the secrets of a Space without their values", secrets::list)
                        .query("space", "server", "limit", "after")
                        .responds("SecretList"),
                put("/secrets/{scope}/{key}", ADMIN, "Stores a secret, replacing an older value", secrets::put)
                        .query("space", "allow_short")
                        .ifMatch(secrets::version)
                        .responds("KeptSecret"),
                get("/secrets/{scope}/{key}", SECRETS_READ, "Returns the value of a secret", secrets::get)
                        .query("space")
                        .responds(ApiResponses.OCTET_STREAM),
                delete("/secrets/{scope}/{key}", ADMIN, "Deletes a secret", secrets::delete)
                        .query("space")
                        .ifMatch(secrets::version)
                        .responds("DeletedSecrets"),
                delete("/secrets/{scope}/", ADMIN, "Deletes all secrets of a scope", secrets::deleteScope)
                        .query("space")
                        .responds("DeletedSecrets"));
    }

    private static List<ApiRoute> sessionsAndAudit(SessionRoutes sessions, AuditRoutes audit) {
        return List.of(
                get("/sessions", READ, "Lists the open sessions of agents", sessions::list)
                        .query("limit", "after")
                        .responds("SessionList"),
                delete(
                                "/sessions/{session}",
                                OPERATE,
                                "Closes a session; the agent can open a new one",
                                sessions::close)
                        .responds("Session"),
                get("/audit", READ, "Reads the audit log", audit::query)
                        .query("after", "before", "limit", "agent", "space", "kind", "principal", "wait")
                        .responds("LeafList"),
                get("/audit/verify", READ, "Verifies the whole audit log", audit::verify)
                        .responds("Verification"));
    }
}
