package com.kruxos.cli;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "secret", description = "Secrets: what servers need and agents never see.")
final class SecretCommands {
    private final Shell shell;

    SecretCommands(Shell shell) {
        this.shell = shell;
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
            @Parameters(paramLabel = "SCOPE/KEY", description = Words.SECRET) String name,
            @Mixin SecretInput input,
            @Option(
                            names = "--allow-short",
                            description = "Accept a value under 8 bytes, which then cannot be hidden in answers.")
                    boolean allowShort,
            @Option(names = "--space", paramLabel = "SPACE", description = Words.SPACE) @Nullable String space) {
        var target = SecretNames.target(name).with("space", space).with("allow_short", allowShort ? "true" : null);
        var value = input.read(shell.world(), name);
        try {
            return kept(shell.api().put(target, value));
        } finally {
            Arrays.fill(value, (byte) 0);
        }
    }

    @Command(name = "get", description = "Print one secret's value and nothing else. This is audited.")
    int get(
            @Parameters(paramLabel = "SCOPE/KEY", description = Words.SECRET) String name,
            @Option(names = "--space", paramLabel = "SPACE", description = Words.SPACE) @Nullable String space) {
        if (shell.json()) {
            throw Failed.usage("a secret's value is bytes, not JSON", "leave --json out");
        }
        var out = shell.world().out();
        try (var reply = shell.api().bytes(SecretNames.target(name).with("space", space))) {
            out.write(reply.body(), 0, reply.body().length);
            if (shell.world().toTerminal()) {
                out.println();
            }
            return Exit.DONE;
        }
    }

    @Command(name = "list", description = "List the secrets, never their values.")
    int list(
            @Option(names = "--server", paramLabel = "NAME", description = "Only those this server uses.") @Nullable
                    String server,
            @Option(names = "--space", paramLabel = "SPACE", description = Words.SPACE) @Nullable String space) {
        var all = shell.api().all(Target.of("secrets").with("space", space).with("server", server));
        var table = Table.of("NAME", "VERSION", "UPDATED", "USED BY", "STATE");
        for (var secret : all.list("items")) {
            table.row(
                    secret.text("name"),
                    secret.text("version"),
                    Texts.time(secret.text("updated")),
                    secret.joined("used_by"),
                    secret.flag("decrypts") ? "ok" : "does not decrypt");
        }
        return shell.show(
                all,
                table,
                "No secret is kept here. Keep one with: " + Words.command("kruxos secret put SCOPE/KEY", space));
    }

    @Command(name = "delete", description = "Delete a secret, or with SCOPE/ a whole scope, for good.")
    int delete(
            @Parameters(paramLabel = "SCOPE/KEY", description = "SCOPE/KEY, or SCOPE/ for every key of the scope.")
                    String name,
            @Option(
                            names = {"-y", "--yes"},
                            description = "Do not ask.")
                    boolean yes,
            @Option(names = "--space", paramLabel = "SPACE", description = Words.SPACE) @Nullable String space) {
        var target = SecretNames.targetOrScope(name).with("space", space);
        shell.confirm(yes, "Delete " + name + " for good?");
        var answer = shell.api().delete(target);
        return shell.done(answer, Texts.count(answer.number("deleted"), "secret") + " deleted. " + answer.text("note"));
    }

    private int kept(Json answer) {
        var recycled = answer.joined("recycled");
        shell.done(
                answer,
                "Kept " + answer.text("name") + ", version " + answer.text("version") + "."
                        + (recycled.isEmpty() ? "" : " Started again with it: " + recycled + "."));
        if (answer.has("warning")) {
            shell.note("warning: " + answer.text("warning"));
        }
        return Exit.DONE;
    }
}
