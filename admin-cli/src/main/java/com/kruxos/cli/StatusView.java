package com.kruxos.cli;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;

/** The output of {@code kruxos status}. */
final class StatusView {
    private StatusView() {}

    static FieldList fields(JsonValue status, Instant now) {
        var health = status.member("health");
        var fields = new FieldList()
                .add("KruxOS", status.text("version") + uptime(status.text("started"), now))
                .add("home", status.text("home"))
                .add("health", health.text("state"));
        for (var check : health.list("checks")) {
            if (!check.text("state").equals("green")) {
                fields.add("", check.text("state") + ": " + check.text("name") + ", " + check.text("detail"));
                fields.add("", check.has("hint") ? "hint: " + check.text("hint") : "");
            }
        }
        return fields.add("MCP port", status.member("ports").text("mcp"))
                .add("holds", describeCounts(status.member("counts")))
                .add("key", describeKey(status.member("key")))
                .add("audit", describeAudit(status.member("audit")));
    }

    private static String uptime(String started, Instant now) {
        try {
            return ", up " + TerminalText.formatDuration(Duration.between(Instant.parse(started), now));
        } catch (DateTimeException e) {
            return "";
        }
    }

    private static String describeCounts(JsonValue counts) {
        return TerminalText.formatCount(counts.number("spaces"), "Space") + ", "
                + TerminalText.formatCount(counts.number("agents"), "agent") + ", "
                + TerminalText.formatCount(counts.number("servers"), "server") + ", "
                + TerminalText.formatCount(counts.number("secrets"), "secret") + ", "
                + TerminalText.formatCount(counts.number("sessions"), "session");
    }

    private static String describeKey(JsonValue key) {
        return key.text("kind").replace('-', ' ')
                + (key.has("path") ? " " + key.text("path") : "")
                + (key.isTrue("plain") ? " (a plain file: anyone who can read it can decrypt the vault)" : "");
    }

    private static String describeAudit(JsonValue audit) {
        return TerminalText.formatCount(audit.number("records"), "record")
                + (audit.has("head") ? ", head " + TerminalText.truncate(audit.text("head"), 17) : "");
    }
}
