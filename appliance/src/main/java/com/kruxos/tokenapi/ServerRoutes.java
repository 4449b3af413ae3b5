package com.kruxos.tokenapi;

import com.kruxos.admin.ServerAdmin;
import com.kruxos.admin.ServerView;
import com.kruxos.identity.Spaces;
import com.kruxos.server.NewServer;
import com.kruxos.server.ToolInfo;
import com.kruxos.web.http.ETag;
import com.kruxos.web.http.ProblemException;
import com.kruxos.web.http.WebResponse;
import java.util.Set;

/** {@code /servers} */
final class ServerRoutes {
    /** Members that change on their own. */
    private static final Set<String> VOLATILE_MEMBERS = Set.of("state");

    private final ServerAdmin servers;

    ServerRoutes(ServerAdmin servers) {
        this.servers = servers;
    }

    WebResponse list(ApiRequest request) {
        return ApiResponses.fromResult(
                servers.list(request.space()),
                views -> ListPage.of(request, views, view -> view.server().name(), JsonViews::server));
    }

    WebResponse show(ApiRequest request) {
        return ApiResponses.fromResult(
                servers.show(request.space(), request.pathValue("server")), ServerRoutes::serverResponse);
    }

    WebResponse add(ApiRequest request) {
        var body = request.body();
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
        return ApiResponses.fromResult(
                servers.add(request.principal(), wanted),
                view -> ApiResponses.json(201, JsonViews.server(view))
                        .withETag(eTag(view))
                        .withCreatedId(view.server().id()));
    }

    private static boolean isPerAgent(JsonBody body) {
        var sessions = body.optionalString("sessions").orElse("shared");
        if (!sessions.equals("shared") && !sessions.equals("per-agent")) {
            throw ProblemException.invalid(
                    "sessions is neither shared nor per-agent", "send one of them, or omit it for shared");
        }
        return sessions.equals("per-agent");
    }

    WebResponse remove(ApiRequest request) {
        return ApiResponses.fromResult(
                servers.remove(request.principal(), request.space(), request.pathValue("server")),
                view -> ApiResponses.ok(JsonViews.server(view)));
    }

    WebResponse tools(ApiRequest request) {
        return ApiResponses.fromResult(
                servers.tools(request.space(), request.pathValue("server")),
                tools -> ListPage.of(request, tools, ToolInfo::name, JsonViews::tool));
    }

    /** The last lines, oldest first. */
    WebResponse logs(ApiRequest request) {
        return ApiResponses.fromResult(servers.logs(request.space(), request.pathValue("server")), lines -> {
            var json = JsonViews.newObject();
            var items = json.putArray("items");
            lines.subList(Math.max(0, lines.size() - ListPage.limit(request)), lines.size())
                    .forEach(line -> items.addObject().put("line", line));
            return ApiResponses.ok(json);
        });
    }

    WebResponse enable(ApiRequest request) {
        return setEnabled(request, true);
    }

    WebResponse disable(ApiRequest request) {
        return setEnabled(request, false);
    }

    private WebResponse setEnabled(ApiRequest request, boolean enabled) {
        return ApiResponses.fromResult(
                servers.setEnabled(request.principal(), request.space(), request.pathValue("server"), enabled),
                ServerRoutes::serverResponse);
    }

    private static WebResponse serverResponse(ServerView view) {
        return ApiResponses.resource(JsonViews.server(view), VOLATILE_MEMBERS);
    }

    private static ETag eTag(ServerView view) {
        return ApiResponses.eTag(JsonViews.server(view), VOLATILE_MEMBERS);
    }
}
