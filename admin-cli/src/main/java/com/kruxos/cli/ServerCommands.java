package com.kruxos.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "server", description = "Manage the MCP servers behind the gateway.")
final class ServerCommands {
    private final CommandContext context;

    ServerCommands(CommandContext shell) {
        this.context = shell;
    }

    @Command(name = "list", description = "List the servers of a Space and their states.")
    int list(@Option(names = "--space", paramLabel = "SPACE", description = OptionTexts.SPACE) @Nullable String space) {
        var all = context.api().getAllPages(ApiPath.of("servers").withQuery("space", space));
        var table = TextTable.of("NAME", "STATE", "TOOLS", "COMMAND OR URL", "DETAIL");
        for (var server : all.list("items")) {
            var state = server.member("state");
            table.addRow(
                    server.text("name"),
                    state.text("name"),
                    state.text("tools"),
                    server.has("url") ? server.text("url") : commandLine(server),
                    state.text("detail"));
        }
        return context.print(
                all,
                table,
                "No servers yet. Add one with: " + OptionTexts.commandForSpace("kruxos server add NAME", space)
                        + " -- COMMAND, or --url URL");
    }

    @Command(name = "show", description = "Show one server: command, credentials, state.")
    int show(
            @Parameters(paramLabel = "NAME", description = OptionTexts.SERVER) String name,
            @Option(names = "--space", paramLabel = "SPACE", description = OptionTexts.SPACE) @Nullable String space) {
        var server = context.api().get(ApiPath.of("servers", name).withQuery("space", space));
        return context.print(server, fields(server));
    }

    @Command(
            name = "tools",
            description = "List a server's tools under the names that agents see. Starts it if needed.")
    int tools(
            @Parameters(paramLabel = "NAME", description = OptionTexts.SERVER) String name,
            @Option(names = "--space", paramLabel = "SPACE", description = OptionTexts.SPACE) @Nullable String space) {
        var all = context.api().getAllPages(ApiPath.of("servers", name, "tools").withQuery("space", space));
        var table = TextTable.of("TOOL", "WHAT IT DOES");
        for (var tool : all.list("items")) {
            var title = tool.text("title");
            table.addRow(tool.text("name"), title.isEmpty() ? tool.text("description") : title);
        }
        return context.print(all, table, "Server " + name + " has no tools.");
    }

    @Command(name = "logs", description = "Print a server's standard error output, newest line last.")
    int logs(
            @Parameters(paramLabel = "NAME", description = OptionTexts.SERVER) String name,
            @Option(names = "--space", paramLabel = "SPACE", description = OptionTexts.SPACE) @Nullable String space) {
        var all = context.api().getAllPages(ApiPath.of("servers", name, "logs").withQuery("space", space));
        return context.isJsonOutput()
                ? context.printJson(all)
                : context.print(all.list("items").stream()
                        .map(item -> TerminalText.sanitize(item.text("line")))
                        .toList());
    }

    @Command(name = "enable", description = "Enable a server.")
    int enable(
            @Parameters(paramLabel = "NAME", description = OptionTexts.SERVER) String name,
            @Option(names = "--space", paramLabel = "SPACE", description = OptionTexts.SPACE) @Nullable String space) {
        return context.printOutcome(post(name, "enable", space), "Server " + name + " is enabled.");
    }

    @Command(name = "disable", description = "Stop a server and hide its tools.")
    int disable(
            @Parameters(paramLabel = "NAME", description = OptionTexts.SERVER) String name,
            @Option(names = "--space", paramLabel = "SPACE", description = OptionTexts.SPACE) @Nullable String space) {
        return context.printOutcome(post(name, "disable", space), "Server " + name + " is disabled.");
    }

    @Command(name = "remove", description = "Stop and remove a server. Its secrets stay in the vault.")
    int remove(
            @Parameters(paramLabel = "NAME", description = OptionTexts.SERVER) String name,
            @Option(
                            names = {"-y", "--yes"},
                            description = "Do not ask for confirmation.")
                    boolean yes,
            @Option(names = "--space", paramLabel = "SPACE", description = OptionTexts.SPACE) @Nullable String space) {
        context.confirm(yes, "Remove server " + name + "?");
        var answer = context.api().delete(ApiPath.of("servers", name).withQuery("space", space));
        return context.printOutcome(
                answer,
                "Server " + name + " is removed. List its secrets with: "
                        + OptionTexts.commandForSpace("kruxos secret list", space));
    }

    private JsonValue post(String name, String verb, @Nullable String space) {
        return context.api().post(ApiPath.of("servers", name, verb).withQuery("space", space), JsonValue.object());
    }

    private static FieldList fields(JsonValue server) {
        var state = server.member("state");
        var fields = new FieldList()
                .add("name", server.text("name"))
                .add("id", server.text("id"))
                .add("space", server.text("space"))
                .add("url", server.text("url"))
                .add("command", commandLine(server))
                .add("cwd", server.text("cwd"));
        server.member("headers").map().forEach((header, text) -> fields.add("header", header + ": " + text));
        server.member("env").map().forEach((variable, value) -> fields.add("env", variable + "=" + value));
        server.member("plain_env").map().forEach((variable, value) -> fields.add("plain env", variable + "=" + value));
        return fields.add("grants", server.joinedTexts("grants"))
                .add("tools named", server.isTrue("prefix") ? server.text("name") + "__TOOL" : "TOOL")
                .add("network", server.isTrue("offline") ? "none" : "")
                .add("enabled", server.isTrue("enabled") ? "yes" : "no")
                .add("state", state.text("name") + since(state))
                .add("detail", state.text("detail"))
                .add("hint", state.text("hint"))
                .add("process", state.text("pid"))
                .add("tools", state.text("tools"))
                .add("created", TerminalText.formatTime(server.text("created")));
    }

    private static String since(JsonValue state) {
        return state.has("since") ? " since " + TerminalText.formatTime(state.text("since")) : "";
    }

    /** As one would type it: words with spaces quoted. */
    private static String commandLine(JsonValue server) {
        return String.join(
                " ",
                server.list("command").stream()
                        .map(JsonValue::text)
                        .map(word -> word.matches("[^\\s'\"]+") ? word : "'" + word.replace("'", "'\\''") + "'")
                        .toList());
    }
}
