package com.kruxos.cli;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Formats an audit record as one line: number, time (UTC), principal, action, outcome, rule. */
final class AuditLineFormatter {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("MM-dd HH:mm:ss").withZone(ZoneOffset.UTC);
    private static final int SEQ_WIDTH = 6;
    private static final int TIME_WIDTH = 14;
    private static final int OUTCOME_WIDTH = 8;

    private final int principalWidth;
    private final int actionWidth;
    private final int ruleWidth;

    /** Divides what the fixed columns leave; "agent build-bot" fits into 80 columns. */
    AuditLineFormatter(int width) {
        var left = width - SEQ_WIDTH - TIME_WIDTH - OUTCOME_WIDTH - 5 * 2;
        principalWidth = left * 9 / 25;
        ruleWidth = left / 4;
        actionWidth = left - principalWidth - ruleWidth;
    }

    String heading() {
        return formatColumns("   SEQ", "TIME (UTC)", "WHO", "WHAT", "OUTCOME", "RULE");
    }

    String format(JsonValue leaf) {
        return formatColumns(
                String.format(Locale.ROOT, "%6s", leaf.text("seq")),
                formatTime(leaf.text("time")),
                describePrincipal(leaf.member("principal")),
                (leaf.text("action") + " " + leaf.text("target")).strip(),
                leaf.text("outcome"),
                leaf.member("decision").text("rule"));
    }

    private String formatColumns(String seq, String time, String who, String what, String outcome, String rule) {
        return (seq + "  " + pad(time, TIME_WIDTH) + "  " + pad(who, this.principalWidth) + "  "
                        + pad(what, this.actionWidth) + "  " + pad(outcome, OUTCOME_WIDTH) + "  "
                        + TerminalText.truncate(TerminalText.singleLine(rule), this.ruleWidth))
                .stripTrailing();
    }

    private static String describePrincipal(JsonValue principal) {
        var type = principal.text("type").toLowerCase(Locale.ROOT);
        var name = principal.text("name");
        return name.isEmpty() || name.equals(type) ? type : type + " " + name;
    }

    private static String formatTime(String iso) {
        try {
            return TIME.format(Instant.parse(iso));
        } catch (DateTimeException e) {
            return iso;
        }
    }

    private static String pad(String text, int width) {
        var cell = TerminalText.truncate(TerminalText.singleLine(text), width);
        return cell + " ".repeat(width - TerminalText.displayWidth(cell));
    }
}
