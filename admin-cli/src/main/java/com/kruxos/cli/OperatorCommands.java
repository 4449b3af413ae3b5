package com.kruxos.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "operator", description = "Manage operators, the people who sign in to the dashboard.")
final class OperatorCommands {
    private final CommandContext context;

    OperatorCommands(CommandContext shell) {
        this.context = shell;
    }

    @Command(
            name = "add",
            description = "Add an operator and print, once, a link to choose a passphrase.",
            footer = {"", "The link works once, for 24 hours, and expires when the appliance stops."})
    int add(@Parameters(paramLabel = "NAME", description = "The operator's name.") String name) {
        return printInvitation(
                context.api().post(ApiPath.of("operators"), JsonValue.object().with("name", name)),
                "Operator " + name + " added.");
    }

    @Command(name = "list", description = "List the operators.")
    int list() {
        var all = context.api().getAllPages(ApiPath.of("operators"));
        var table = TextTable.of("NAME", "STATE", "SIGNED IN", "LAST SEEN", "CREATED", "ID");
        for (var operator : all.list("items")) {
            table.addRow(
                    operator.text("name"),
                    operator.text("state"),
                    TerminalText.formatCount(operator.number("seats"), "browser"),
                    operator.has("last_seen") ? TerminalText.formatTime(operator.text("last_seen")) : "never",
                    TerminalText.formatTime(operator.text("created")),
                    operator.text("id"));
        }
        return context.print(all, table, "No operators yet. Add one with: kruxos operator add NAME");
    }

    @Command(
            name = "reset-passphrase",
            description = "Reset an operator's passphrase, sign them out, and print a link to choose a new one.")
    int reset(
            @Parameters(paramLabel = "NAME", description = "The operator's name or id.") String name,
            @Option(
                            names = {"-y", "--yes"},
                            description = "Do not ask for confirmation.")
                    boolean yes) {
        context.confirm(yes, "Reset the passphrase of " + name + " and sign them out?");
        return printInvitation(
                context.api().post(ApiPath.of("operators", name, "reset-passphrase"), JsonValue.object()),
                "The passphrase of " + name + " is reset.");
    }

    @Command(name = "remove", description = "Remove an operator and sign them out.")
    int remove(
            @Parameters(paramLabel = "NAME", description = "The operator's name or id.") String name,
            @Option(
                            names = {"-y", "--yes"},
                            description = "Do not ask for confirmation.")
                    boolean yes) {
        context.confirm(yes, "Remove operator " + name + "?");
        return context.printOutcome(
                context.api().delete(ApiPath.of("operators", name)),
                "Operator " + name + " is removed and signed out.");
    }

    private int printInvitation(JsonValue answer, String sentence) {
        return context.printCredential(answer, answer.text("welcome") + answer.text("code"), sentence);
    }
}
