package com.kruxos.cli;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "secret", description = "Manage the secrets that servers use and agents never see.")
final class SecretCommands {
    private final CommandContext context;

    SecretCommands(CommandContext shell) {
        this.context = shell;
    }

    @Command(
            name = "put",
            description = "Store or replace a secret. The value is read from the terminal without echo.",
            footer = {
                "",
                "A value is never an argument, because other users of the machine can read arguments.",
                "Servers that use the secret restart with the new value."
            })
    int put(
            @Parameters(paramLabel = "SCOPE/KEY", description = OptionTexts.SECRET) String name,
            @Mixin SecretValueOptions input,
            @Option(
                            names = "--allow-short",
                            description = "Accept a value under 8 bytes. It cannot be redacted from results.")
                    boolean allowShort,
            @Option(names = "--space", paramLabel = "SPACE", description = OptionTexts.SPACE) @Nullable String space) {
        var target = SecretNames.secretPath(name)
                .withQuery("space", space)
                .withQuery("allow_short", allowShort ? "true" : null);
        var value = input.read(context.process(), name);
        try {
            return printStored(context.api().put(target, value));
        } finally {
            Arrays.fill(value, (byte) 0);
        }
    }

    @Command(name = "get", description = "Print the value of a secret. This is audited.")
    int get(
            @Parameters(paramLabel = "SCOPE/KEY", description = OptionTexts.SECRET) String name,
            @Option(names = "--space", paramLabel = "SPACE", description = OptionTexts.SPACE) @Nullable String space) {
        if (context.isJsonOutput()) {
            throw CommandFailure.usage("a secret's value is bytes, not JSON", "omit --json");
        }
        var out = context.process().out();
        try (var reply = context.api().getBytes(SecretNames.secretPath(name).withQuery("space", space))) {
            out.write(reply.body(), 0, reply.body().length);
            if (context.process().outputIsTerminal()) {
                out.println();
            }
            return ExitCode.SUCCESS;
        }
    }

    @Command(name = "list", description = "List the secrets without their values.")
    int list(
            @Option(names = "--server", paramLabel = "NAME", description = "Only secrets that this server uses.")
                    @Nullable
                    String server,
            @Option(names = "--space", paramLabel = "SPACE", description = OptionTexts.SPACE) @Nullable String space) {
        var all = context.api()
                .getAllPages(ApiPath.of("secrets").withQuery("space", space).withQuery("server", server));
        var table = TextTable.of("NAME", "VERSION", "UPDATED", "USED BY", "STATE");
        for (var secret : all.list("items")) {
            table.addRow(
                    secret.text("name"),
                    secret.text("version"),
                    TerminalText.formatTime(secret.text("updated")),
                    secret.joinedTexts("used_by"),
                    secret.isTrue("decrypts") ? "ok" : "does not decrypt");
        }
        return context.print(
                all,
                table,
                "No secrets yet. Store one with: " + OptionTexts.commandForSpace("kruxos secret put SCOPE/KEY", space));
    }

    @Command(name = "delete", description = "Delete a secret, or with SCOPE/ all secrets of the scope.")
    int delete(
            @Parameters(paramLabel = "SCOPE/KEY", description = "SCOPE/KEY, or SCOPE/ for the whole scope.")
                    String name,
            @Option(
                            names = {"-y", "--yes"},
                            description = "Do not ask for confirmation.")
                    boolean yes,
            @Option(names = "--space", paramLabel = "SPACE", description = OptionTexts.SPACE) @Nullable String space) {
        var target = SecretNames.secretOrScopePath(name).withQuery("space", space);
        context.confirm(yes, "Delete " + name + " permanently?");
        var answer = context.api().delete(target);
        return context.printOutcome(
                answer,
                TerminalText.formatCount(answer.number("deleted"), "secret") + " deleted. " + answer.text("note"));
    }

    private int printStored(JsonValue answer) {
        var recycled = answer.joinedTexts("recycled");
        context.printOutcome(
                answer,
                "Stored " + answer.text("name") + ", version " + answer.text("version") + "."
                        + (recycled.isEmpty() ? "" : " Restarted: " + recycled + "."));
        if (answer.has("warning")) {
            context.printNote("warning: " + answer.text("warning"));
        }
        return ExitCode.SUCCESS;
    }
}
