package com.kruxos.cli;

import picocli.CommandLine.Command;

@Command(name = "session", description = "Sessions: which agents are connected now.")
final class SessionCommands {
    private final Shell shell;

    SessionCommands(Shell shell) {
        this.shell = shell;
    }

    @Command(name = "list", description = "List the connected agents.")
    int list() {
        var all = shell.api().all(Target.of("sessions"));
        var table = Table.of("AGENT", "CLIENT", "FROM", "KEY", "SINCE", "CALLS", "NOW");
        for (var session : all.list("items")) {
            table.row(
                    session.text("agent"),
                    session.text("client"),
                    session.text("origin"),
                    "…" + session.text("key_last_four"),
                    Texts.time(session.text("started")),
                    session.text("calls"),
                    session.text("in_flight"));
        }
        return shell.show(all, table, "No agent is connected.");
    }
}
