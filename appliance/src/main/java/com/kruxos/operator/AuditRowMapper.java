package com.kruxos.operator;

import com.kruxos.admin.Admin;
import com.kruxos.admin.AgentAdmin;
import com.kruxos.admin.OperatorAdmin;
import com.kruxos.audit.AuditRecord;
import com.kruxos.dashboard.page.AuditRow;
import com.kruxos.json.Json;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Records of the audit log as pages show them. */
final class AuditRowMapper {
    private final AgentAdmin agents;
    private final OperatorAdmin operators;

    AuditRowMapper(Admin admin) {
        agents = admin.agents();
        operators = admin.operators();
    }

    /** Newest first. */
    List<AuditRow> toRows(List<AuditRecord> leaves) {
        return leaves.reversed().stream().map(this::toRows).toList();
    }

    /** Leaves are well-formed JSON always; one that is broken has none of these members. */
    private AuditRow toRows(AuditRecord leaf) {
        var json = Json.read(leaf.json());
        var broken = text(json, "broken");
        return new AuditRow(
                leaf.seq(),
                time(text(json, "time")),
                who(json.path("principal")),
                broken.isEmpty() ? text(json, "action") : "broken record",
                broken.isEmpty() ? target(json) : broken,
                broken.isEmpty() ? text(json, "outcome") : "broken",
                text(json, "kind"));
    }

    /** Such as {@code agent build-bot}; the appliance itself has no other name. */
    private static String who(JsonNode principal) {
        var type = text(principal, "type");
        return type.equals("system") ? type : type + " " + text(principal, "name");
    }

    /** Records name what is done to by an id, which stays; people know it by the name it has today. */
    private String target(JsonNode json) {
        var target = text(json, "target");
        var known = target.startsWith("agt_")
                ? agents.nameOf(target)
                : target.startsWith("opr_") ? operators.nameOf(target) : Optional.<String>empty();
        return known.orElse(target);
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
