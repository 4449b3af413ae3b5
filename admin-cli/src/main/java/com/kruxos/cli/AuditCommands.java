package com.kruxos.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "audit", description = "Query, follow and verify the audit log.")
final class AuditCommands {
    private static final int POLL_SECONDS = 20;

    private final CommandContext context;

    AuditCommands(CommandContext shell) {
        this.context = shell;
    }

    @Command(name = "query", description = "Print audit records, oldest first. Default: the newest ones.")
    int query(
            @Option(names = "--after", paramLabel = "SEQ", description = "Only records with a higher sequence number.")
                    @Nullable
                    Long after,
            @Option(names = "--before", paramLabel = "SEQ", description = "Only records with a lower sequence number.")
                    @Nullable
                    Long before,
            @Option(
                            names = {"-n", "--limit"},
                            paramLabel = "N",
                            defaultValue = "50",
                            description = "Maximum number of records, 1 to 500. Default: 50.")
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
            context.printNote("No audit record matches.");
            return ExitCode.SUCCESS;
        }
        var line = new AuditLineFormatter(context.process().width());
        context.printLine(line.heading());
        records.forEach(leaf -> context.printLine(line.format(leaf)));
        return ExitCode.SUCCESS;
    }

    @Command(name = "tail", description = "Print the newest audit records, then new ones until Ctrl-C.")
    int tail(
            @Option(
                            names = {"-n", "--limit"},
                            paramLabel = "N",
                            defaultValue = "10",
                            description = "Number of records to start with. Default: 10.")
                    int limit,
            @Mixin AuditFilterOptions filter) {
        var target = filter.applyTo(ApiPath.of("audit"));
        var line = new AuditLineFormatter(context.process().width());
        if (!context.isJsonOutput()) {
            context.printLine(line.heading());
        }
        // At least one record is read, for the sequence number to continue from.
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

    @Command(name = "verify", description = "Verify the whole audit log, or with --file a copy of it.")
    int verify(
            @Option(names = "--file", paramLabel = "FILE", description = "A copy of audit.db or an export.") @Nullable
                    String file) {
        if (file != null) {
            throw CommandFailure.usage("--file needs the kruxos launcher", "run: kruxos audit verify --file FILE");
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
                    "the audit log was changed: record " + broken.text("seq") + ", " + broken.text("reason"),
                    "copy the home as it is now, and compare it with a backup");
        }
        return answer.isTrue("ok") ? ExitCode.SUCCESS : ExitCode.FAILED;
    }

    /** @return whether standard output is closed */
    private boolean printRecords(List<JsonValue> records, AuditLineFormatter line) {
        records.forEach(
                leaf -> context.printLine(context.isJsonOutput() ? JsonPrinter.compact(leaf) : line.format(leaf)));
        return context.process().out().checkError();
    }

    private static long lastSequence(List<JsonValue> records, long otherwise) {
        return records.isEmpty() ? otherwise : records.getLast().number("seq");
    }
}
