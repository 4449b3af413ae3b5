package com.kruxos.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "space", description = "Spaces: each with its own agents, servers, secrets and keys.")
final class SpaceCommands {
    private final Shell shell;

    SpaceCommands(Shell shell) {
        this.shell = shell;
    }

    @Command(name = "create", description = "Make an empty Space.")
    int create(@Parameters(paramLabel = "NAME", description = "Its name.") String name) {
        var space = shell.api().post(Target.of("spaces"), Json.object().with("name", name));
        return shell.done(space, "Space " + space.text("name") + " made.");
    }

    @Command(name = "list", description = "List the Spaces.")
    int list() {
        var all = shell.api().all(Target.of("spaces"));
        var table = Table.of("NAME", "AGENTS", "SERVERS", "SECRETS", "CREATED", "ID");
        for (var space : all.list("items")) {
            table.row(
                    space.text("name"),
                    space.text("agents"),
                    space.text("servers"),
                    space.text("secrets"),
                    Texts.time(space.text("created")),
                    space.text("id"));
        }
        return shell.show(all, table, "There is no Space yet. Make one with: kruxos space create NAME");
    }

    @Command(name = "show", description = "Show one Space.")
    int show(@Parameters(paramLabel = "NAME", description = "Its name or id.") String name) {
        var space = shell.api().get(Target.of("spaces", name));
        return shell.show(
                space,
                new Fields()
                        .add("name", space.text("name"))
                        .add("id", space.text("id"))
                        .add("created", Texts.time(space.text("created")))
                        .add("agents", space.text("agents"))
                        .add("servers", space.text("servers"))
                        .add("secrets", space.text("secrets")));
    }

    @Command(
            name = "delete",
            description = "Delete a Space: its agents' keys end, its servers stop, its secrets' keys are destroyed.")
    int delete(
            @Parameters(paramLabel = "NAME", description = "Its name or id.") String name,
            @Option(
                            names = {"-y", "--yes"},
                            description = "Do not ask.")
                    boolean yes) {
        shell.confirm(yes, "Delete Space " + name + " with everything in it, for good?");
        var answer = shell.api().delete(Target.of("spaces", name));
        var gone = answer.at("deleted");
        return shell.done(
                answer,
                "Space " + name + " is gone, with "
                        + Texts.count(gone.number("agents"), "agent") + ", "
                        + Texts.count(gone.number("servers"), "server") + " and "
                        + Texts.count(gone.number("secrets"), "secret") + ".");
    }
}
