package com.kruxos.tokenapi;

import static com.kruxos.identity.Scope.ADMIN;
import static com.kruxos.identity.Scope.OPERATE;
import static com.kruxos.identity.Scope.READ;
import static com.kruxos.identity.Scope.SECRETS_READ;
import static com.kruxos.tokenapi.Route.delete;
import static com.kruxos.tokenapi.Route.get;
import static com.kruxos.tokenapi.Route.post;
import static com.kruxos.tokenapi.Route.put;

import com.kruxos.admin.Admin;
import java.util.List;

/** The table: everything the API can be asked, and what it takes to be allowed to. */
final class Routes {
    private Routes() {}

    static List<Route> table(Admin admin) {
        var spaces = new SpaceRoutes(admin.spaces());
        var agents = new AgentRoutes(admin.agents());
        var tokens = new TokenRoutes(admin.tokens());
        var servers = new ServerRoutes(admin.servers());
        var secrets = new SecretRoutes(admin.secrets());
        var audit = new AuditRoutes(admin.audit(), admin.agents());
        var sessions = new SessionRoutes(admin.sessions());
        return List.of(
                get("/status", READ, ask -> Reply.ok(Views.status(admin.status().status()))),
                //
                get("/spaces", READ, spaces::list).query("limit", "after"),
                post("/spaces", ADMIN, spaces::create).members("name"),
                get("/spaces/{space}", READ, spaces::show),
                delete("/spaces/{space}", ADMIN, spaces::delete),
                //
                get("/agents", READ, agents::list).query("space", "limit", "after"),
                post("/agents", ADMIN, agents::create).members("name", "purpose", "space", "expires"),
                get("/agents/{agent}", READ, agents::show).query("space"),
                post("/agents/{agent}/rotate", ADMIN, agents::rotate)
                        .query("space")
                        .members("overlap"),
                post("/agents/{agent}/revoke", ADMIN, agents::revoke).query("space"),
                post("/agents/{agent}/restore", ADMIN, agents::restore).query("space"),
                post("/agents/{agent}/pause", OPERATE, agents::pause).query("space"),
                post("/agents/{agent}/resume", OPERATE, agents::resume).query("space"),
                get("/agents/{agent}/tickets", READ, agents::tickets).query("space", "limit", "after"),
                post("/agents/{agent}/tickets", OPERATE, agents::ticket).query("space"),
                delete("/agents/{agent}/tickets/{ticket}", OPERATE, agents::endTicket)
                        .query("space"),
                //
                get("/user-tokens", READ, tokens::list).query("limit", "after"),
                post("/user-tokens", ADMIN, tokens::create).members("label", "scopes", "expires"),
                delete("/user-tokens/{token}", ADMIN, tokens::revoke),
                //
                get("/servers", READ, servers::list).query("space", "limit", "after"),
                post("/servers", ADMIN, servers::add)
                        .members("name", "space", "command", "env", "plain_env", "grants", "cwd", "prefix"),
                get("/servers/{server}", READ, servers::show).query("space"),
                delete("/servers/{server}", ADMIN, servers::remove).query("space"),
                get("/servers/{server}/tools", READ, servers::tools).query("space", "limit", "after"),
                get("/servers/{server}/logs", READ, servers::logs).query("space", "limit"),
                post("/servers/{server}/enable", OPERATE, servers::enable).query("space"),
                post("/servers/{server}/disable", OPERATE, servers::disable).query("space"),
                //
                get("/secrets", READ, secrets::list).query("space", "server", "limit", "after"),
                put("/secrets/{scope}/{key}", ADMIN, secrets::put).query("space", "allow_short"),
                get("/secrets/{scope}/{key}", SECRETS_READ, secrets::get).query("space"),
                delete("/secrets/{scope}/{key}", ADMIN, secrets::delete).query("space"),
                delete("/secrets/{scope}/", ADMIN, secrets::deleteScope).query("space"),
                //
                get("/sessions", READ, sessions::list).query("limit", "after"),
                //
                get("/audit", READ, audit::query)
                        .query("after", "before", "limit", "agent", "space", "kind", "principal", "wait"),
                get("/audit/verify", READ, audit::verify));
    }
}
