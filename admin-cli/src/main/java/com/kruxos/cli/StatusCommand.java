package com.kruxos.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(name = "status", description = "Show the state of the appliance.")
final class StatusCommand implements Callable<Integer> {
    private final CommandContext context;

    StatusCommand(CommandContext shell) {
        this.context = shell;
    }

    @Override
    public Integer call() {
        var status = context.api().get(ApiPath.of("status"));
        return context.print(
                status, StatusView.fields(status, context.process().clock().instant()));
    }
}
