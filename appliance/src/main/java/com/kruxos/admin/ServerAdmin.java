package com.kruxos.admin;

import com.kruxos.audit.AuditPrincipal;
import com.kruxos.audit.Details;
import com.kruxos.result.Result;
import com.kruxos.server.NewServer;
import com.kruxos.server.Server;
import com.kruxos.server.ServerRegistry;
import com.kruxos.server.ToolInfo;
import java.util.List;

/** MCP servers. Spaces and servers are identified by name or id. */
public final class ServerAdmin {
    private final AuditedActions actions;
    private final SpaceLookup spaceLookup;
    private final ServerRegistry servers;

    ServerAdmin(AuditedActions actions, AdminDependencies dependencies) {
        this.actions = actions;
        this.spaceLookup = new SpaceLookup(dependencies.spaces());
        this.servers = dependencies.servers();
    }

    public Result<List<ServerView>> list(String space) {
        return spaceLookup
                .find(space)
                .map(found -> servers.list(found.id()).stream().map(this::view).toList());
    }

    public Result<ServerView> show(String space, String server) {
        return find(space, server).map(this::view);
    }

    /** The tools of a running server; empty if it is not running. */
    public Result<List<ToolInfo>> tools(String space, String server) {
        return find(space, server).map(found -> servers.tools(found.id()));
    }

    /** The last lines of its standard error, redacted. */
    public Result<List<String>> logs(String space, String server) {
        return find(space, server).map(found -> servers.logs(found.id()));
    }

    /** {@code wanted.space()} may be a name. The audit record contains names, but no values. */
    public Result<ServerView> add(AuditPrincipal principal, NewServer wanted) {
        return spaceLookup.find(wanted.space()).flatMap(space -> {
            var server = inSpace(space.id(), wanted);
            return actions.perform(
                    AdminAction.of(principal, "server.add", server.name())
                            .inSpace(space.id())
                            .withDetails(details(server)),
                    () -> validateAndAdd(server),
                    added -> Details.none().with("id", added.server().id()));
        });
    }

    public Result<ServerView> remove(AuditPrincipal principal, String space, String server) {
        return find(space, server)
                .flatMap(found -> actions.perform(action(principal, "server.remove", found), () -> {
                    var last = view(found);
                    return servers.remove(found.id())
                            ? Result.done(last)
                            : Result.notFound("there is no such server", "it was removed at the same time");
                }));
    }

    /** An enabled server starts on demand; a disabled one is stopped and stays stopped. */
    public Result<ServerView> setEnabled(AuditPrincipal principal, String space, String server, boolean enabled) {
        return find(space, server)
                .flatMap(found -> actions.perform(
                        action(principal, enabled ? "server.enable" : "server.disable", found),
                        () -> Result.done(view(servers.setEnabled(found.id(), enabled)))));
    }

    private Result<ServerView> validateAndAdd(NewServer server) {
        var refusal = NewServerValidator.findProblem(server);
        if (refusal.isPresent()) {
            return refusal.get();
        }
        if (server.offline() && !servers.supportsOffline()) {
            return Result.conflict(
                    "an offline server needs a systemd unit, and servers do not run in units here",
                    "install KruxOS as a systemd service, or allow the server to use the network");
        }
        if (servers.find(server.space(), server.name()).isPresent()) {
            return Result.conflict("a server with that name already exists", "choose another name, or remove it first");
        }
        return Result.done(view(servers.add(server)));
    }

    private Result<Server> find(String space, String server) {
        return spaceLookup
                .find(space)
                .flatMap(found -> servers.find(found.id(), server)
                        .map(Result::done)
                        .orElseGet(() -> Result.notFound(
                                "there is no such server in the Space " + found.name(),
                                spaceLookup.cliCommand("kruxos server list", found) + " shows them")));
    }

    private ServerView view(Server server) {
        return new ServerView(server, spaceLookup.nameOf(server.space()), servers.state(server.id()));
    }

    private static NewServer inSpace(String space, NewServer wanted) {
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

    /** Only the names of plain variables: people may put secrets there by mistake. */
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

    private static AdminAction action(AuditPrincipal principal, String action, Server server) {
        return AdminAction.of(principal, action, server.id())
                .inSpace(server.space())
                .withDetails(Details.none().with("name", server.name()));
    }
}
