package com.kruxos.cli;

import java.util.List;

/**
 * Runs the usual read-only commands in one process. The build of the package records the AOT cache of Java from this
 * run.
 */
public final class TrainingRun {
    private static final List<String> COMMANDS = List.of(
            "version",
            "status",
            "status --json",
            "doctor",
            "space list",
            "agent list",
            "agent show anna",
            "server list",
            "server show demo",
            "server tools demo",
            "secret list",
            "session list",
            "user-token list",
            "audit query -n 5",
            "cert show",
            "agent --help",
            "--help");

    private TrainingRun() {}

    /** The arguments are added to each command. */
    public static void main(String[] arguments) {
        var world = ProcessContext.current();
        var before = String.join(" ", arguments);
        for (var command : COMMANDS) {
            var exit = Kruxos.run(world, (command + " " + before).split(" "));
            if (exit != ExitCode.SUCCESS) {
                System.exit(exit);
            }
        }
        world.out().flush();
        System.exit(ExitCode.SUCCESS);
    }
}
