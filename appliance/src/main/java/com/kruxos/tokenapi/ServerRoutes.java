package com.kruxos.tokenapi;

import com.kruxos.admin.ServerAdmin;
import com.kruxos.admin.ServerView;
import com.kruxos.identity.Spaces;
import com.kruxos.server.NewServer;
import com.kruxos.server.ToolInfo;
import java.util.Set;

/** {@code /servers} */
final class ServerRoutes {
    /** What changes by itself. */
    private static final Set<String> MOVING = Set.of("state");

    private final ServerAdmin servers;

    ServerRoutes(ServerAdmin servers) {
        this.servers = servers;
    }

    Reply list(Ask ask) {
        return Reply.of(
                servers.list(ask.space()),
                views -> Page.of(ask, views, view -> view.server().name(), Views::server));
    }

    Reply show(Ask ask) {
        return Reply.of(servers.show(ask.space(), ask.path("server")), ServerRoutes::single);
    }

    Reply add(Ask ask) {
        var body = ask.body();
        var wanted = new NewServer(
                body.optionalText("space").orElse(Spaces.DEFAULT_NAME),
                body.text("name"),
                body.texts("command"),
                body.map("env"),
                body.map("plain_env"),
                Set.copyOf(body.texts("grants")),
                body.optionalText("cwd").orElse(null),
                body.flag("prefix", true),
                body.optionalText("url").orElse(null),
                body.map("headers"),
                perAgent(body),
                body.flag("offline", false));
        return Reply.of(
                servers.add(ask.who(), wanted),
                view -> Reply.json(201, Views.server(view))
                        .tagged(tag(view))
                        .made(view.server().id()));
    }

    private static boolean perAgent(Body body) {
        var sessions = body.optionalText("sessions").orElse("shared");
        if (!sessions.equals("shared") && !sessions.equals("per-agent")) {
            throw Unacceptable.invalid("sessions is neither shared nor per-agent", "shared is usual");
        }
        return sessions.equals("per-agent");
    }

    Reply remove(Ask ask) {
        return Reply.of(
                servers.remove(ask.who(), ask.space(), ask.path("server")), view -> Reply.ok(Views.server(view)));
    }

    Reply tools(Ask ask) {
        return Reply.of(
                servers.tools(ask.space(), ask.path("server")),
                tools -> Page.of(ask, tools, ToolInfo::name, Views::tool));
    }

    /** The newest lines, in the order they were written. */
    Reply logs(Ask ask) {
        return Reply.of(servers.logs(ask.space(), ask.path("server")), lines -> {
            var json = Views.object();
            var items = json.putArray("items");
            lines.subList(Math.max(0, lines.size() - Page.limit(ask)), lines.size())
                    .forEach(line -> items.addObject().put("line", line));
            return Reply.ok(json);
        });
    }

    Reply enable(Ask ask) {
        return setEnabled(ask, true);
    }

    Reply disable(Ask ask) {
        return setEnabled(ask, false);
    }

    private Reply setEnabled(Ask ask, boolean enabled) {
        return Reply.of(servers.setEnabled(ask.who(), ask.space(), ask.path("server"), enabled), ServerRoutes::single);
    }

    private static Reply single(ServerView view) {
        return Reply.single(Views.server(view), MOVING);
    }

    private static Tag tag(ServerView view) {
        return Tag.of(Views.server(view), MOVING);
    }
}
