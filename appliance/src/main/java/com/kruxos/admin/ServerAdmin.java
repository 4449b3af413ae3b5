package com.kruxos.admin;

import com.kruxos.audit.AuditPrincipal;
import com.kruxos.audit.Details;
import com.kruxos.result.Result;
import com.kruxos.server.NewServer;
import com.kruxos.server.Server;
import com.kruxos.server.ToolInfo;
import java.util.List;

/** Adding, showing, switching and removing servers. Spaces and servers are given by name or id. */
public final class ServerAdmin {
    private final Acts acts;
    private final Rooms rooms;
    private final ServerShelf servers;

    ServerAdmin(Acts acts, Parts parts) {
        this.acts = acts;
        this.rooms = new Rooms(parts.spaces());
        this.servers = parts.servers();
    }

    public Result<List<ServerView>> list(String space) {
        return rooms.find(space)
                .map(found -> servers.list(found.id()).stream().map(this::view).toList());
    }

    public Result<ServerView> show(String space, String server) {
        return find(space, server).map(this::view);
    }

    /** The tools a running server offers; none when it does not run. */
    public Result<List<ToolInfo>> tools(String space, String server) {
        return find(space, server).map(found -> servers.tools(found.id()));
    }

    /** The last lines it wrote to its error stream, redacted. */
    public Result<List<String>> logs(String space, String server) {
        return find(space, server).map(found -> servers.logs(found.id()));
    }

    /** Adds a server. {@code wanted.space()} may be a name; the record holds its program and names, no values. */
    public Result<ServerView> add(AuditPrincipal who, NewServer wanted) {
        return rooms.find(wanted.space()).flatMap(space -> {
            var server = in(space.id(), wanted);
            return acts.perform(
                    Act.of(who, "server.add", server.name()).in(space.id()).saying(details(server)),
                    () -> insert(server),
                    added -> Details.none().with("id", added.server().id()));
        });
    }

    public Result<ServerView> remove(AuditPrincipal who, String space, String server) {
        return find(space, server)
                .flatMap(found -> acts.perform(act(who, "server.remove", found), () -> {
                    var last = view(found);
                    return servers.remove(found.id())
                            ? Result.done(last)
                            : Result.notFound("there is no such server", "it was removed meanwhile");
                }));
    }

    /** Lets it start when it is needed, or stops it and keeps it stopped. */
    public Result<ServerView> setEnabled(AuditPrincipal who, String space, String server, boolean enabled) {
        return find(space, server)
                .flatMap(found -> acts.perform(
                        act(who, enabled ? "server.enable" : "server.disable", found),
                        () -> Result.done(view(servers.setEnabled(found.id(), enabled)))));
    }

    private Result<ServerView> insert(NewServer server) {
        var refusal = ServerForm.refuse(server);
        if (refusal.isPresent()) {
            return refusal.get();
        }
        if (server.offline() && !servers.canBeOffline()) {
            return Result.conflict(
                    "programs run without units here, so nothing keeps one from the network",
                    "install KruxOS as a service of systemd, or leave the network to it");
        }
        if (servers.find(server.space(), server.name()).isPresent()) {
            return Result.conflict("there is a server of that name already", "choose another name, or remove it first");
        }
        return Result.done(view(servers.add(server)));
    }

    private Result<Server> find(String space, String server) {
        return rooms.find(space)
                .flatMap(found -> servers.find(found.id(), server)
                        .map(Result::done)
                        .orElseGet(() -> Result.notFound(
                                "there is no such server in the Space " + found.name(),
                                rooms.command("kruxos server list", found) + " shows them")));
    }

    private ServerView view(Server server) {
        return new ServerView(server, rooms.name(server.space()), servers.state(server.id()));
    }

    private static NewServer in(String space, NewServer wanted) {
        return new NewServer(
                space,
                wanted.name(),
                wanted.command(),
                wanted.env(),
                wanted.plainEnv(),
                wanted.grants(),
                wanted.cwd(),
                wanted.prefixed(),
                wanted.url(),
                wanted.headers(),
                wanted.perAgent(),
                wanted.offline());
    }

    /** Of plain variables only the names: people put secrets in the wrong place. */
    private static Details details(NewServer server) {
        var url = server.url();
        var place = url == null ? Details.none() : Details.none().with("url", url);
        return place.with("offline", server.offline() ? "yes" : "no")
                .with("headers", server.headers().keySet().stream().sorted().toList())
                .with(
                        "program",
                        server.command().isEmpty() ? "" : server.command().getFirst())
                .with("env", server.env().keySet().stream().sorted().toList())
                .with("plain_env", server.plainEnv().keySet().stream().sorted().toList())
                .with("grants", server.grants().stream().sorted().toList());
    }

    private static Act act(AuditPrincipal who, String action, Server server) {
        return Act.of(who, action, server.id())
                .in(server.space())
                .saying(Details.none().with("name", server.name()));
    }
}
