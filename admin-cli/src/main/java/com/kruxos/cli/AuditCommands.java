package com.kruxos.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "audit", description = "Audit: who did what, and the proof of it.")
final class AuditCommands {
    private static final int POLL_SECONDS = 20;

    private final CommandContext context;

    AuditCommands(CommandContext shell) {
        this.context = shell;
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
            @Mixin AuditFilterOptions filter) {
        var page = context.api()
                .get(filter.applyTo(ApiPath.of("audit"))
                        .withQuery("after", after)
                        .withQuery("before", before)
                        .withQuery("limit", limit));
        if (context.isJsonOutput()) {
            return context.printJson(page);
        }
        var records = page.list("items");
        if (records.isEmpty()) {
            context.printNote("No record matches.");
            return ExitCode.SUCCESS;
        }
        var line = new AuditLineFormatter(context.process().width());
        context.printLine(line.heading());
        records.forEach(leaf -> context.printLine(line.format(leaf)));
        return ExitCode.SUCCESS;
    }

    @Command(name = "tail", description = "Print the newest records and follow, until Ctrl-C. With --json: one a line.")
    int tail(
            @Option(
                            names = {"-n", "--limit"},
                            paramLabel = "N",
                            defaultValue = "10",
                            description = "How many to begin with. Default: 10.")
                    int limit,
            @Mixin AuditFilterOptions filter) {
        var target = filter.applyTo(ApiPath.of("audit"));
        var line = new AuditLineFormatter(context.process().width());
        if (!context.isJsonOutput()) {
            context.printLine(line.heading());
        }
        // At least one: the number to follow from is needed even when none is to be shown.
        var records =
                context.api().get(target.withQuery("limit", Math.max(1, limit))).list("items");
        printRecords(records.subList(Math.max(0, records.size() - limit), records.size()), line);
        var last = lastSequence(records, 0);
        try (var _ = CleanInterrupt.exitCleanly()) {
            while (!Thread.currentThread().isInterrupted()) {
                var next = context.api()
                        .get(target.withQuery("after", last)
                                .withQuery("wait", POLL_SECONDS)
                                .withQuery("limit", 500))
                        .list("items");
                if (printRecords(next, line)) {
                    break;
                }
                last = lastSequence(next, last);
            }
        } catch (CommandFailure e) {
            if (!Thread.interrupted()) {
                throw e;
            }
        }
        return ExitCode.SUCCESS;
    }

    @Command(
            name = "verify",
            description = "Have the appliance check its whole record. With --file, check a copy without the appliance.")
    int verify(
            @Option(names = "--file", paramLabel = "FILE", description = "A copy of audit.db or an export.") @Nullable
                    String file) {
        if (file != null) {
            throw CommandFailure.usage(
                    "files are checked by the appliance's own program",
                    "start this through the kruxos launcher: kruxos audit verify --file FILE");
        }
        var answer = context.api().get(ApiPath.of("audit", "verify"));
        if (context.isJsonOutput()) {
            context.printJson(answer);
        } else if (answer.isTrue("ok")) {
            context.printLine("verified: " + TerminalText.formatCount(answer.number("records"), "record"));
            context.printLine("head: " + TerminalText.singleLine(answer.text("head")));
        } else {
            var broken = answer.member("broken");
            throw new CommandFailure(
                    ExitCode.FAILED,
                    "the record was changed: at number " + broken.text("seq") + ", " + broken.text("reason"),
                    "keep a copy of the home as it is now, and compare it with a backup");
        }
        return answer.isTrue("ok") ? ExitCode.SUCCESS : ExitCode.FAILED;
    }

    /** @return whether nobody reads any more */
    private boolean printRecords(List<JsonValue> records, AuditLineFormatter line) {
        records.forEach(
                leaf -> context.printLine(context.isJsonOutput() ? JsonPrinter.compact(leaf) : line.format(leaf)));
        return context.process().out().checkError();
    }

    private static long lastSequence(List<JsonValue> records, long otherwise) {
        return records.isEmpty() ? otherwise : records.getLast().number("seq");
    }
}
