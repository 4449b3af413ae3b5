package com.kruxos.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "session", description = "Sessions: which agents are connected now.")
final class SessionCommands {
    private final Shell shell;

    SessionCommands(Shell shell) {
        this.shell = shell;
    }

    @Command(name = "list", description = "List the connected agents.")
    int list() {
        var all = shell.api().all(Target.of("sessions"));
        var table = Table.of("ID", "AGENT", "CLIENT", "FROM", "KEY", "FOR", "CALLS", "NOW")
                .keepingFirst();
        for (var session : all.list("items")) {
            table.row(
                    session.text("id"),
                    session.text("agent"),
                    session.text("client"),
                    session.text("origin"),
                    "…" + session.text("key_last_four"),
                    since(session.text("started")),
                    session.text("calls"),
                    session.text("in_flight"));
        }
        return shell.show(all, table, "No agent is connected.");
    }

    @Command(name = "close", description = "Close a session. Its agent may open another; to keep it out, revoke it.")
    int close(@Parameters(paramLabel = "ID", description = "Its id, as in session list.") String id) {
        var closed = shell.api().delete(Target.of("sessions", id));
        return shell.done(closed, "Session " + id + " of agent " + closed.text("agent") + " is closed.");
    }

    private String since(String started) {
        try {
            var begun = Instant.parse(started);
            return Texts.duration(Duration.between(begun, shell.world().clock().instant()));
        } catch (DateTimeParseException e) {
            return started;
        }
    }
}
