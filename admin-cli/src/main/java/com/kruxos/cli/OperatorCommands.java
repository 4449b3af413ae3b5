package com.kruxos.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "operator", description = "Operators: the people who sign in on the dashboard.")
final class OperatorCommands {
    private final Shell shell;

    OperatorCommands(Shell shell) {
        this.shell = shell;
    }

    @Command(
            name = "add",
            description = "Add an operator and print a link, once, by which they choose a passphrase.",
            footer = {"", "The link works once, for 24 hours, and ends when the appliance stops."})
    int add(@Parameters(paramLabel = "NAME", description = "Their name.") String name) {
        return link(
                shell.api().post(Target.of("operators"), Json.object().with("name", name)),
                "Operator " + name + " added.");
    }

    @Command(name = "list", description = "List the operators.")
    int list() {
        var all = shell.api().all(Target.of("operators"));
        var table = Table.of("NAME", "STATE", "SIGNED IN", "LAST SEEN", "CREATED", "ID");
        for (var operator : all.list("items")) {
            table.row(
                    operator.text("name"),
                    operator.text("state"),
                    Texts.count(operator.number("seats"), "browser"),
                    operator.has("last_seen") ? Texts.time(operator.text("last_seen")) : "never",
                    Texts.time(operator.text("created")),
                    operator.text("id"));
        }
        return shell.show(all, table, "There is no operator yet. Add one with: kruxos operator add NAME");
    }

    @Command(
            name = "reset-passphrase",
            description = "End an operator's passphrase, sign them out, and print a link to choose another.")
    int reset(
            @Parameters(paramLabel = "NAME", description = "Their name or id.") String name,
            @Option(
                            names = {"-y", "--yes"},
                            description = "Do not ask.")
                    boolean yes) {
        shell.confirm(yes, "End the passphrase of " + name + " and sign them out?");
        return link(
                shell.api().post(Target.of("operators", name, "reset-passphrase"), Json.object()),
                "The passphrase of " + name + " counts no more.");
    }

    @Command(name = "remove", description = "Remove an operator and sign them out.")
    int remove(
            @Parameters(paramLabel = "NAME", description = "Their name or id.") String name,
            @Option(
                            names = {"-y", "--yes"},
                            description = "Do not ask.")
                    boolean yes) {
        shell.confirm(yes, "Remove operator " + name + "?");
        return shell.done(
                shell.api().delete(Target.of("operators", name)), "Operator " + name + " is removed and signed out.");
    }

    private int link(Json answer, String sentence) {
        return shell.showOnce(answer, answer.text("welcome") + answer.text("code"), sentence);
    }
}
