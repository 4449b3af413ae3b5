package com.kruxos.cli;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;

/** What {@code kruxos status} shows of the API's answer. */
final class StatusScreen {
    private StatusScreen() {}

    static Fields fields(Json status, Instant now) {
        var health = status.at("health");
        var fields = new Fields()
                .add("KruxOS", status.text("version") + up(status.text("started"), now))
                .add("home", status.text("home"))
                .add("health", health.text("state"));
        for (var check : health.list("checks")) {
            if (!check.text("state").equals("green")) {
                fields.add("", check.text("state") + ": " + check.text("name") + ", " + check.text("detail"));
                fields.add("", check.has("hint") ? "hint: " + check.text("hint") : "");
            }
        }
        return fields.add("agents' door", "port " + status.at("ports").text("mcp"))
                .add("holds", counts(status.at("counts")))
                .add("key", key(status.at("key")))
                .add("audit", audit(status.at("audit")));
    }

    private static String up(String started, Instant now) {
        try {
            return ", up " + Texts.duration(Duration.between(Instant.parse(started), now));
        } catch (DateTimeException e) {
            return "";
        }
    }

    private static String counts(Json counts) {
        return Texts.count(counts.number("spaces"), "Space") + ", "
                + Texts.count(counts.number("agents"), "agent") + ", "
                + Texts.count(counts.number("servers"), "server") + ", "
                + Texts.count(counts.number("secrets"), "secret") + ", "
                + Texts.count(counts.number("sessions"), "session");
    }

    private static String key(Json key) {
        return key.text("kind").replace('-', ' ')
                + (key.has("path") ? " " + key.text("path") : "")
                + (key.flag("plain") ? " (a plain file: who can read it can open the vault)" : "");
    }

    private static String audit(Json audit) {
        return Texts.count(audit.number("records"), "record")
                + (audit.has("head") ? ", head " + Texts.cut(audit.text("head"), 17) : "");
    }
}
