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

/** Maps audit records to rows of a page. */
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

    /** A leaf is always well-formed JSON. A broken record has only the member {@code broken}. */
    private AuditRow toRows(AuditRecord leaf) {
        var json = Json.read(leaf.json());
        var broken = text(json, "broken");
        return new AuditRow(
                leaf.seq(),
                time(text(json, "time")),
                principal(json.path("principal")),
                broken.isEmpty() ? text(json, "action") : "broken record",
                broken.isEmpty() ? target(json) : broken,
                broken.isEmpty() ? text(json, "outcome") : "broken",
                text(json, "kind"));
    }

    /** Such as {@code agent build-bot}; the appliance itself is {@code system}. */
    private static String principal(JsonNode principal) {
        var type = text(principal, "type");
        return type.equals("system") ? type : type + " " + text(principal, "name");
    }

    /** Records contain the id of the target; pages show its current name. */
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
