package com.kruxos.tokenapi;

import com.kruxos.admin.ServerAdmin;
import com.kruxos.admin.ServerView;
import com.kruxos.identity.Spaces;
import com.kruxos.server.NewServer;
import com.kruxos.server.ToolInfo;
import com.kruxos.web.http.ETag;
import com.kruxos.web.http.ProblemException;
import java.util.Set;

/** {@code /servers} */
final class ServerRoutes {
    /** What changes by itself. */
    private static final Set<String> VOLATILE_MEMBERS = Set.of("state");

    private final ServerAdmin servers;

    ServerRoutes(ServerAdmin servers) {
        this.servers = servers;
    }

    ApiResponse list(ApiRequest ask) {
        return ApiResponse.fromResult(
                servers.list(ask.space()),
                views -> ListPage.of(ask, views, view -> view.server().name(), JsonViews::server));
    }

    ApiResponse show(ApiRequest ask) {
        return ApiResponse.fromResult(servers.show(ask.space(), ask.pathValue("server")), ServerRoutes::serverResponse);
    }

    ApiResponse add(ApiRequest ask) {
        var body = ask.body();
        var wanted = new NewServer(
                body.optionalString("space").orElse(Spaces.DEFAULT_NAME),
                body.string("name"),
                body.strings("command"),
                body.stringMap("env"),
                body.stringMap("plain_env"),
                Set.copyOf(body.strings("grants")),
                body.optionalString("cwd").orElse(null),
                body.booleanValue("prefix", true),
                body.optionalString("url").orElse(null),
                body.stringMap("headers"),
                isPerAgent(body),
                body.booleanValue("offline", false));
        return ApiResponse.fromResult(
                servers.add(ask.principal(), wanted),
                view -> ApiResponse.json(201, JsonViews.server(view))
                        .withETag(eTag(view))
                        .withCreatedId(view.server().id()));
    }

    private static boolean isPerAgent(JsonBody body) {
        var sessions = body.optionalString("sessions").orElse("shared");
        if (!sessions.equals("shared") && !sessions.equals("per-agent")) {
            throw ProblemException.invalid("sessions is neither shared nor per-agent", "shared is usual");
        }
        return sessions.equals("per-agent");
    }

    ApiResponse remove(ApiRequest ask) {
        return ApiResponse.fromResult(
                servers.remove(ask.principal(), ask.space(), ask.pathValue("server")),
                view -> ApiResponse.ok(JsonViews.server(view)));
    }

    ApiResponse tools(ApiRequest ask) {
        return ApiResponse.fromResult(
                servers.tools(ask.space(), ask.pathValue("server")),
                tools -> ListPage.of(ask, tools, ToolInfo::name, JsonViews::tool));
    }

    /** The newest lines, in the order they were written. */
    ApiResponse logs(ApiRequest ask) {
        return ApiResponse.fromResult(servers.logs(ask.space(), ask.pathValue("server")), lines -> {
            var json = JsonViews.newObject();
            var items = json.putArray("items");
            lines.subList(Math.max(0, lines.size() - ListPage.limit(ask)), lines.size())
                    .forEach(line -> items.addObject().put("line", line));
            return ApiResponse.ok(json);
        });
    }

    ApiResponse enable(ApiRequest ask) {
        return setEnabled(ask, true);
    }

    ApiResponse disable(ApiRequest ask) {
        return setEnabled(ask, false);
    }

    private ApiResponse setEnabled(ApiRequest ask, boolean enabled) {
        return ApiResponse.fromResult(
                servers.setEnabled(ask.principal(), ask.space(), ask.pathValue("server"), enabled),
                ServerRoutes::serverResponse);
    }

    private static ApiResponse serverResponse(ServerView view) {
        return ApiResponse.resource(JsonViews.server(view), VOLATILE_MEMBERS);
    }

    private static ETag eTag(ServerView view) {
        return ETag.of(JsonViews.server(view), VOLATILE_MEMBERS);
    }
}
