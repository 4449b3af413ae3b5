package com.kruxos.operator;

import com.kruxos.audit.Leaf;
import com.kruxos.dashboard.Entry;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Records of the audit log as pages show them. */
final class Records {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private Records() {}

    /** Newest first. */
    static List<Entry> shown(List<Leaf> leaves) {
        return leaves.reversed().stream().map(Records::shown).toList();
    }

    /** Leaves are well-formed JSON always; one that is broken has none of these members. */
    private static Entry shown(Leaf leaf) {
        var json = JSON.readTree(leaf.json());
        var broken = text(json, "broken");
        return new Entry(
                leaf.seq(),
                time(text(json, "time")),
                who(json.path("principal")),
                broken.isEmpty() ? text(json, "action") : "broken record",
                broken.isEmpty() ? text(json, "target") : broken,
                broken.isEmpty() ? text(json, "outcome") : "broken",
                text(json, "kind"));
    }

    /** Such as {@code agent build-bot}; the appliance itself has no other name. */
    private static String who(JsonNode principal) {
        var type = text(principal, "type");
        return type.equals("system") ? type : type + " " + text(principal, "name");
    }

    private static String text(JsonNode json, String member) {
        return json.path(member).asString("");
    }

    private static Instant time(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            return Instant.EPOCH;
        }
    }
}
