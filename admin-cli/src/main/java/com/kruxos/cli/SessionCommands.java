package com.kruxos.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "session", description = "List and close the sessions of connected agents.")
final class SessionCommands {
    private final CommandContext context;

    SessionCommands(CommandContext shell) {
        this.context = shell;
    }

    @Command(name = "list", description = "List the connected agents.")
    int list() {
        var all = context.api().getAllPages(ApiPath.of("sessions"));
        var table = TextTable.of("ID", "AGENT", "CLIENT", "FROM", "KEY", "FOR", "CALLS", "NOW")
                .withFixedFirstColumn();
        for (var session : all.list("items")) {
            table.addRow(
                    session.text("id"),
                    session.text("agent"),
                    session.text("client"),
                    session.text("origin"),
                    "…" + session.text("key_last_four"),
                    since(session.text("started")),
                    session.text("calls"),
                    session.text("in_flight"));
        }
        return context.print(all, table, "No agent is connected.");
    }

    @Command(name = "close", description = "Close a session. The agent may reconnect unless it is revoked.")
    int close(@Parameters(paramLabel = "ID", description = "The session's id, from session list.") String id) {
        var closed = context.api().delete(ApiPath.of("sessions", id));
        return context.printOutcome(closed, "Session " + id + " of agent " + closed.text("agent") + " is closed.");
    }

    private String since(String started) {
        try {
            var begun = Instant.parse(started);
            return TerminalText.formatDuration(
                    Duration.between(begun, context.process().clock().instant()));
        } catch (DateTimeParseException e) {
            return started;
        }
    }
}
