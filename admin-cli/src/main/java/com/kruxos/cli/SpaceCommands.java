package com.kruxos.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "space", description = "Manage Spaces: each has its own agents, servers, secrets and keys.")
final class SpaceCommands {
    private final CommandContext context;

    SpaceCommands(CommandContext shell) {
        this.context = shell;
    }

    @Command(name = "create", description = "Create an empty Space.")
    int create(@Parameters(paramLabel = "NAME", description = "The name of the Space.") String name) {
        var space = context.api().post(ApiPath.of("spaces"), JsonValue.object().with("name", name));
        return context.printOutcome(space, "Space " + space.text("name") + " created.");
    }

    @Command(name = "list", description = "List the Spaces.")
    int list() {
        var all = context.api().getAllPages(ApiPath.of("spaces"));
        var table = TextTable.of("NAME", "AGENTS", "SERVERS", "SECRETS", "CREATED", "ID");
        for (var space : all.list("items")) {
            table.addRow(
                    space.text("name"),
                    space.text("agents"),
                    space.text("servers"),
                    space.text("secrets"),
                    TerminalText.formatTime(space.text("created")),
                    space.text("id"));
        }
        return context.print(all, table, "No Spaces yet. Create one with: kruxos space create NAME");
    }

    @Command(name = "show", description = "Show one Space.")
    int show(@Parameters(paramLabel = "NAME", description = "The Space's name or id.") String name) {
        var space = context.api().get(ApiPath.of("spaces", name));
        return context.print(
                space,
                new FieldList()
                        .add("name", space.text("name"))
                        .add("id", space.text("id"))
                        .add("created", TerminalText.formatTime(space.text("created")))
                        .add("agents", space.text("agents"))
                        .add("servers", space.text("servers"))
                        .add("secrets", space.text("secrets")));
    }

    @Command(name = "delete", description = "Delete a Space: revoke its agents, stop its servers, destroy its secrets.")
    int delete(
            @Parameters(paramLabel = "NAME", description = "The Space's name or id.") String name,
            @Option(
                            names = {"-y", "--yes"},
                            description = "Do not ask for confirmation.")
                    boolean yes) {
        context.confirm(yes, "Delete Space " + name + " and everything in it permanently?");
        var answer = context.api().delete(ApiPath.of("spaces", name));
        var gone = answer.member("deleted");
        return context.printOutcome(
                answer,
                "Space " + name + " is deleted, with "
                        + TerminalText.formatCount(gone.number("agents"), "agent") + ", "
                        + TerminalText.formatCount(gone.number("servers"), "server") + " and "
                        + TerminalText.formatCount(gone.number("secrets"), "secret") + ".");
    }
}
