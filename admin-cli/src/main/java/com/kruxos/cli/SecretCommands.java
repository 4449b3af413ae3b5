package com.kruxos.cli;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "secret", description = "Secrets: what servers need and agents never see.")
final class SecretCommands {
    private final CommandContext context;

    SecretCommands(CommandContext shell) {
        this.context = shell;
    }

    @Command(
            name = "put",
            description = "Keep a secret, or replace it. Its value is asked for, once and unseen.",
            footer = {
                "",
                "A value is never an argument: other users of the machine can read those.",
                "Servers that use it start again with the new value."
            })
    int put(
            @Parameters(paramLabel = "SCOPE/KEY", description = OptionTexts.SECRET) String name,
            @Mixin SecretValueOptions input,
            @Option(
                            names = "--allow-short",
                            description = "Accept a value under 8 bytes, which then cannot be hidden in answers.")
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

    @Command(name = "get", description = "Print one secret's value and nothing else. This is audited.")
    int get(
            @Parameters(paramLabel = "SCOPE/KEY", description = OptionTexts.SECRET) String name,
            @Option(names = "--space", paramLabel = "SPACE", description = OptionTexts.SPACE) @Nullable String space) {
        if (context.isJsonOutput()) {
            throw CommandFailure.usage("a secret's value is bytes, not JSON", "leave --json out");
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

    @Command(name = "list", description = "List the secrets, never their values.")
    int list(
            @Option(names = "--server", paramLabel = "NAME", description = "Only those this server uses.") @Nullable
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
                "No secret is kept here. Keep one with: "
                        + OptionTexts.commandForSpace("kruxos secret put SCOPE/KEY", space));
    }

    @Command(name = "delete", description = "Delete a secret, or with SCOPE/ a whole scope, for good.")
    int delete(
            @Parameters(paramLabel = "SCOPE/KEY", description = "SCOPE/KEY, or SCOPE/ for every key of the scope.")
                    String name,
            @Option(
                            names = {"-y", "--yes"},
                            description = "Do not ask.")
                    boolean yes,
            @Option(names = "--space", paramLabel = "SPACE", description = OptionTexts.SPACE) @Nullable String space) {
        var target = SecretNames.secretOrScopePath(name).withQuery("space", space);
        context.confirm(yes, "Delete " + name + " for good?");
        var answer = context.api().delete(target);
        return context.printOutcome(
                answer,
                TerminalText.formatCount(answer.number("deleted"), "secret") + " deleted. " + answer.text("note"));
    }

    private int printStored(JsonValue answer) {
        var recycled = answer.joinedTexts("recycled");
        context.printOutcome(
                answer,
                "Kept " + answer.text("name") + ", version " + answer.text("version") + "."
                        + (recycled.isEmpty() ? "" : " Started again with it: " + recycled + "."));
        if (answer.has("warning")) {
            context.printNote("warning: " + answer.text("warning"));
        }
        return ExitCode.SUCCESS;
    }
}
