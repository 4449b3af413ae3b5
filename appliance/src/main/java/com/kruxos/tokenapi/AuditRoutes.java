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
import com.kruxos.web.http.WebResponse;
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

    /** With {@code wait}, an empty response is sent only after that many seconds without a new record. */
    WebResponse query(ApiRequest request) {
        var after = request.queryNumber("after", MAX_SEQUENCE);
        var wait = request.queryNumber("wait", MAX_WAIT_SECONDS);
        if (wait.isPresent() && after.isEmpty()) {
            throw ProblemException.invalid("wait requires after", "add after=<number of the last record you have>");
        }
        var query = new AuditQuery(
                nullable(after),
                nullable(request.queryNumber("before", MAX_SEQUENCE)),
                ListPage.limit(request),
                request.query("agent").map(name -> agentId(request, name)).orElse(null),
                request.query("principal").map(AuditRoutes::chainName).orElse(null),
                request.query("kind").orElse(null));
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
        return WebResponse.of(200, ApiResponses.JSON_TYPE, items.getBytes(StandardCharsets.UTF_8));
    }

    WebResponse verify(ApiRequest request) {
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
        return ApiResponses.ok(json);
    }

    /** The id of an agent; an unknown id is accepted, because the agents of a deleted Space still have records. */
    private String agentId(ApiRequest request, String nameOrId) {
        return switch (agentAdmin.show(request.space(), nameOrId)) {
            case Result.Done<AgentView>(var view) -> view.agent().id();
            case Result.Refused<AgentView> refused when nameOrId.contains("_") -> nameOrId;
            case Result.Refused<AgentView>(var reason, var detail, var hint) ->
                throw new ProblemException(Problem.notFound(detail, hint));
        };
    }

    /** The name of a hash chain such as {@code user:utk_…}, from this name or from the id of the principal alone. */
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
