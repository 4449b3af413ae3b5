package com.kruxos.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "audit", description = "Audit: who did what, and the proof of it.")
final class AuditCommands {
    private static final int POLL_SECONDS = 20;

    private final Shell shell;

    AuditCommands(Shell shell) {
        this.shell = shell;
    }

    @Command(name = "query", description = "Print records, oldest first; the newest ones without --after and --before.")
    int query(
            @Option(names = "--after", paramLabel = "SEQ", description = "Only records after this number.") @Nullable
                    Long after,
            @Option(names = "--before", paramLabel = "SEQ", description = "Only records before this number.") @Nullable
                    Long before,
            @Option(
                            names = {"-n", "--limit"},
                            paramLabel = "N",
                            defaultValue = "50",
                            description = "At most this many, up to 500. Default: 50.")
                    int limit,
            @Mixin AuditFilter filter) {
        var page = shell.api()
                .get(filter.narrow(Target.of("audit"))
                        .with("after", after)
                        .with("before", before)
                        .with("limit", limit));
        if (shell.json()) {
            return shell.showJson(page);
        }
        var records = page.list("items");
        if (records.isEmpty()) {
            shell.note("No record matches.");
            return Exit.DONE;
        }
        var line = new AuditLine(shell.world().width());
        shell.say(line.heading());
        records.forEach(leaf -> shell.say(line.of(leaf)));
        return Exit.DONE;
    }

    @Command(name = "tail", description = "Print the newest records and follow, until Ctrl-C. With --json: one a line.")
    int tail(
            @Option(
                            names = {"-n", "--limit"},
                            paramLabel = "N",
                            defaultValue = "10",
                            description = "How many to begin with. Default: 10.")
                    int limit,
            @Mixin AuditFilter filter) {
        var target = filter.narrow(Target.of("audit"));
        var line = new AuditLine(shell.world().width());
        if (!shell.json()) {
            shell.say(line.heading());
        }
        // At least one: the number to follow from is needed even when none is to be shown.
        var records = shell.api().get(target.with("limit", Math.max(1, limit))).list("items");
        print(records.subList(Math.max(0, records.size() - limit), records.size()), line);
        var last = last(records, 0);
        try (var _ = Interrupt.endsWell()) {
            while (!Thread.currentThread().isInterrupted()) {
                var next = shell.api()
                        .get(target.with("after", last)
                                .with("wait", POLL_SECONDS)
                                .with("limit", 500))
                        .list("items");
                if (print(next, line)) {
                    break;
                }
                last = last(next, last);
            }
        } catch (Failed e) {
            if (!Thread.interrupted()) {
                throw e;
            }
        }
        return Exit.DONE;
    }

    @Command(
            name = "verify",
            description = "Have the appliance check its whole record. With --file, check a copy without the appliance.")
    int verify(
            @Option(names = "--file", paramLabel = "FILE", description = "A copy of audit.db or an export.") @Nullable
                    String file) {
        if (file != null) {
            throw Failed.usage(
                    "files are checked by the appliance's own program",
                    "start this through the kruxos launcher: kruxos audit verify --file FILE");
        }
        var answer = shell.api().get(Target.of("audit", "verify"));
        if (shell.json()) {
            shell.showJson(answer);
        } else if (answer.flag("ok")) {
            shell.say("verified: " + Texts.count(answer.number("records"), "record"));
            shell.say("head: " + Texts.line(answer.text("head")));
        } else {
            var broken = answer.at("broken");
            throw new Failed(
                    Exit.FAILED,
                    "the record was changed: at number " + broken.text("seq") + ", " + broken.text("reason"),
                    "keep a copy of the home as it is now, and compare it with a backup");
        }
        return answer.flag("ok") ? Exit.DONE : Exit.FAILED;
    }

    /** @return whether nobody reads any more */
    private boolean print(List<Json> records, AuditLine line) {
        records.forEach(leaf -> shell.say(shell.json() ? JsonText.compact(leaf) : line.of(leaf)));
        return shell.world().out().checkError();
    }

    private static long last(List<Json> records, long otherwise) {
        return records.isEmpty() ? otherwise : records.getLast().number("seq");
    }
}
