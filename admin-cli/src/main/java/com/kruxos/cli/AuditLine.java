package com.kruxos.cli;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** One audit record on one line: number, time (UTC), who, what, outcome, rule. The same columns for every record. */
final class AuditLine {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("MM-dd HH:mm:ss").withZone(ZoneOffset.UTC);
    private static final int SEQ = 6;
    private static final int WHEN = 14;
    private static final int OUTCOME = 8;

    private final int who;
    private final int what;
    private final int rule;

    /** What the fixed columns leave goes to who, what and rule; "agent build-bot" fits in 80. */
    AuditLine(int width) {
        var left = width - SEQ - WHEN - OUTCOME - 5 * 2;
        who = left * 9 / 25;
        rule = left / 4;
        what = left - who - rule;
    }

    String heading() {
        return line("   SEQ", "TIME (UTC)", "WHO", "WHAT", "OUTCOME", "RULE");
    }

    String of(Json leaf) {
        return line(
                String.format(Locale.ROOT, "%6s", leaf.text("seq")),
                time(leaf.text("time")),
                who(leaf.at("principal")),
                (leaf.text("action") + " " + leaf.text("target")).strip(),
                leaf.text("outcome"),
                leaf.at("decision").text("rule"));
    }

    private String line(String seq, String time, String who, String what, String outcome, String rule) {
        return (seq + "  " + pad(time, WHEN) + "  " + pad(who, this.who) + "  " + pad(what, this.what) + "  "
                        + pad(outcome, OUTCOME) + "  " + Texts.cut(Texts.line(rule), this.rule))
                .stripTrailing();
    }

    private static String who(Json principal) {
        var type = principal.text("type").toLowerCase(Locale.ROOT);
        var name = principal.text("name");
        return name.isEmpty() || name.equals(type) ? type : type + " " + name;
    }

    private static String time(String iso) {
        try {
            return TIME.format(Instant.parse(iso));
        } catch (DateTimeException e) {
            return iso;
        }
    }

    private static String pad(String text, int width) {
        var cell = Texts.cut(Texts.line(text), width);
        return cell + " ".repeat(width - Texts.columns(cell));
    }
}
