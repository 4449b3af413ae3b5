package com.kruxos.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "server", description = "Servers: the MCP servers behind the gateway.")
final class ServerCommands {
    private final Shell shell;

    ServerCommands(Shell shell) {
        this.shell = shell;
    }

    @Command(name = "list", description = "List the servers of a Space and how they are.")
    int list(@Option(names = "--space", paramLabel = "SPACE", description = Words.SPACE) @Nullable String space) {
        var all = shell.api().all(Target.of("servers").with("space", space));
        var table = Table.of("NAME", "STATE", "TOOLS", "COMMAND OR URL", "DETAIL");
        for (var server : all.list("items")) {
            var state = server.at("state");
            table.row(
                    server.text("name"),
                    state.text("name"),
                    state.text("tools"),
                    server.has("url") ? server.text("url") : command(server),
                    state.text("detail"));
        }
        return shell.show(
                all,
                table,
                "There is no server yet. Add one with: " + Words.command("kruxos server add NAME", space)
                        + " -- COMMAND, or --url URL");
    }

    @Command(name = "show", description = "Show one server: how it runs, what it is given, how it is.")
    int show(
            @Parameters(paramLabel = "NAME", description = Words.SERVER) String name,
            @Option(names = "--space", paramLabel = "SPACE", description = Words.SPACE) @Nullable String space) {
        var server = shell.api().get(Target.of("servers", name).with("space", space));
        return shell.show(server, fields(server));
    }

    @Command(name = "tools", description = "List a server's tools under the names agents see. This may start it.")
    int tools(
            @Parameters(paramLabel = "NAME", description = Words.SERVER) String name,
            @Option(names = "--space", paramLabel = "SPACE", description = Words.SPACE) @Nullable String space) {
        var all = shell.api().all(Target.of("servers", name, "tools").with("space", space));
        var table = Table.of("TOOL", "WHAT IT DOES");
        for (var tool : all.list("items")) {
            var title = tool.text("title");
            table.row(tool.text("name"), title.isEmpty() ? tool.text("description") : title);
        }
        return shell.show(all, table, "Server " + name + " has no tools.");
    }

    @Command(name = "logs", description = "Print what a server wrote to its standard error, newest last.")
    int logs(
            @Parameters(paramLabel = "NAME", description = Words.SERVER) String name,
            @Option(names = "--space", paramLabel = "SPACE", description = Words.SPACE) @Nullable String space) {
        var all = shell.api().all(Target.of("servers", name, "logs").with("space", space));
        return shell.json()
                ? shell.showJson(all)
                : shell.show(all.list("items").stream()
                        .map(item -> Texts.clean(item.text("line")))
                        .toList());
    }

    @Command(name = "enable", description = "Let agents use a server again.")
    int enable(
            @Parameters(paramLabel = "NAME", description = Words.SERVER) String name,
            @Option(names = "--space", paramLabel = "SPACE", description = Words.SPACE) @Nullable String space) {
        return shell.done(act(name, "enable", space), "Server " + name + " is enabled.");
    }

    @Command(name = "disable", description = "Stop a server and hide its tools.")
    int disable(
            @Parameters(paramLabel = "NAME", description = Words.SERVER) String name,
            @Option(names = "--space", paramLabel = "SPACE", description = Words.SPACE) @Nullable String space) {
        return shell.done(act(name, "disable", space), "Server " + name + " is disabled.");
    }

    @Command(name = "remove", description = "Stop a server and forget it. Its secrets stay in the vault.")
    int remove(
            @Parameters(paramLabel = "NAME", description = Words.SERVER) String name,
            @Option(
                            names = {"-y", "--yes"},
                            description = "Do not ask.")
                    boolean yes,
            @Option(names = "--space", paramLabel = "SPACE", description = Words.SPACE) @Nullable String space) {
        shell.confirm(yes, "Remove server " + name + "?");
        var answer = shell.api().delete(Target.of("servers", name).with("space", space));
        return shell.done(
                answer,
                "Server " + name + " is removed. Its secrets, if any: " + Words.command("kruxos secret list", space));
    }

    private Json act(String name, String verb, @Nullable String space) {
        return shell.api().post(Target.of("servers", name, verb).with("space", space), Json.object());
    }

    private static Fields fields(Json server) {
        var state = server.at("state");
        var fields = new Fields()
                .add("name", server.text("name"))
                .add("id", server.text("id"))
                .add("space", server.text("space"))
                .add("url", server.text("url"))
                .add("command", command(server))
                .add("cwd", server.text("cwd"));
        server.at("headers").map().forEach((header, text) -> fields.add("header", header + ": " + text));
        server.at("env").map().forEach((variable, value) -> fields.add("env", variable + "=" + value));
        server.at("plain_env").map().forEach((variable, value) -> fields.add("plain env", variable + "=" + value));
        return fields.add("grants", server.joined("grants"))
                .add("tools named", server.flag("prefix") ? server.text("name") + "__TOOL" : "TOOL")
                .add("network", server.flag("offline") ? "none" : "")
                .add("enabled", server.flag("enabled") ? "yes" : "no")
                .add("state", state.text("name") + since(state))
                .add("detail", state.text("detail"))
                .add("hint", state.text("hint"))
                .add("process", state.text("pid"))
                .add("tools", state.text("tools"))
                .add("created", Texts.time(server.text("created")));
    }

    private static String since(Json state) {
        return state.has("since") ? " since " + Texts.time(state.text("since")) : "";
    }

    /** As one would type it: words with spaces quoted. */
    private static String command(Json server) {
        return String.join(
                " ",
                server.list("command").stream()
                        .map(Json::text)
                        .map(word -> word.matches("[^\\s'\"]+") ? word : "'" + word.replace("'", "'\\''") + "'")
                        .toList());
    }
}
