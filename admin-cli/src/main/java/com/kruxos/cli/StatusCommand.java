package com.kruxos.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(name = "status", description = "Show on one screen how the appliance is.")
final class StatusCommand implements Callable<Integer> {
    private final Shell shell;

    StatusCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        var status = shell.api().get(Target.of("status"));
        return shell.show(
                status, StatusScreen.fields(status, shell.world().clock().instant()));
    }
}
