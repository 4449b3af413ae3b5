package com.kruxos.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(name = "version", description = "Print the version, without connecting to the appliance.")
final class VersionCommand implements Callable<Integer> {
    private final CommandContext context;

    VersionCommand(CommandContext shell) {
        this.context = shell;
    }

    @Override
    public Integer call() {
        var version = read();
        if (context.isJsonOutput()) {
            return context.printJson(JsonValue.object().with("version", version));
        }
        context.printLine("kruxos " + version);
        return ExitCode.SUCCESS;
    }

    private static String read() {
        try (var resource = VersionCommand.class.getResourceAsStream("version.txt")) {
            return resource == null ? "unknown" : new String(resource.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
