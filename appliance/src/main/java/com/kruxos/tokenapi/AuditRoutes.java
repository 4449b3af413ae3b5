package com.kruxos.tokenapi;

import com.kruxos.admin.AgentAdmin;
import com.kruxos.admin.AgentView;
import com.kruxos.admin.AuditAdmin;
import com.kruxos.audit.AuditPrincipal;
import com.kruxos.audit.AuditQuery;
import com.kruxos.audit.AuditRecord;
import com.kruxos.result.Result;
import com.kruxos.web.http.Problem;
import com.kruxos.web.http.ProblemException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** {@code /audit} */
final class AuditRoutes {
    private static final int MAX_WAIT_SECONDS = 20;
    private static final long MAX_SEQUENCE = 999_999_999_999_999_999L;

    private final AuditAdmin auditAdmin;
    private final AgentAdmin agentAdmin;

    AuditRoutes(AuditAdmin audit, AgentAdmin agents) {
        this.auditAdmin = audit;
        this.agentAdmin = agents;
    }

    /** With {@code wait}, an empty answer comes only after that many seconds without a record. */
    ApiResponse query(ApiRequest ask) {
        var after = ask.queryNumber("after", MAX_SEQUENCE);
        var wait = ask.queryNumber("wait", MAX_WAIT_SECONDS);
        if (wait.isPresent() && after.isEmpty()) {
            throw ProblemException.invalid("wait without after", "say after which record you want to wait");
        }
        var query = new AuditQuery(
                nullable(after),
                nullable(ask.queryNumber("before", MAX_SEQUENCE)),
                ListPage.limit(ask),
                ask.query("agent").map(name -> agentId(ask, name)).orElse(null),
                ask.query("principal").map(AuditRoutes::chainName).orElse(null),
                ask.query("kind").orElse(null));
        if (wait.isPresent()) {
            auditAdmin.awaitAfter(after.orElse(0), Duration.ofSeconds(wait.getAsLong()));
        }
        var leaves = auditAdmin.query(query);
        var next = after.isPresent() && leaves.size() == query.limit()
                ? ",\"next\":\"" + leaves.getLast().seq() + '"'
                : "";
        var items = leaves.stream()
                .map(AuditRecord::json)
                .collect(Collectors.joining(",", "{\"items\":[", "]" + next + "}"));
        return ApiResponse.content(ApiResponse.JSON_TYPE, items.getBytes(StandardCharsets.UTF_8));
    }

    ApiResponse verify(ApiRequest ask) {
        var found = auditAdmin.verify();
        var json = JsonViews.newObject().put("ok", found.ok()).put("records", found.records());
        if (found.head() != null) {
            json.put("head", found.head());
        }
        if (found.broken() != null) {
            json.putObject("broken")
                    .put("seq", found.broken().seq())
                    .put("reason", found.broken().reason());
        }
        return ApiResponse.ok(json);
    }

    /** Agents that went with their Space are still found by their ids. */
    private String agentId(ApiRequest ask, String nameOrId) {
        return switch (agentAdmin.show(ask.space(), nameOrId)) {
            case Result.Done<AgentView>(var view) -> view.agent().id();
            case Result.Refused<AgentView> refused when nameOrId.contains("_") -> nameOrId;
            case Result.Refused<AgentView>(var reason, var detail, var hint) ->
                throw new ProblemException(Problem.notFound(detail, hint));
        };
    }

    /** The name of a chain, {@code user:utk_…}, from itself or from the id of whoever it belongs to. */
    private static String chainName(String principal) {
        if (principal.contains(":")) {
            return principal;
        }
        if (principal.startsWith("agt_")) {
            return "agent:" + principal;
        }
        if (principal.startsWith("utk_")) {
            return "user:" + principal;
        }
        var system = AuditPrincipal.system();
        return system.id().equals(principal) ? system.key() : "root:" + principal;
    }

    private static @Nullable Long nullable(OptionalLong number) {
        return number.isPresent() ? number.getAsLong() : null;
    }
}
