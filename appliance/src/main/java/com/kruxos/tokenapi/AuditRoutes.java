package com.kruxos.tokenapi;

import com.kruxos.admin.AgentAdmin;
import com.kruxos.admin.AgentView;
import com.kruxos.admin.AuditDesk;
import com.kruxos.audit.AuditPrincipal;
import com.kruxos.audit.AuditQuery;
import com.kruxos.audit.AuditRecord;
import com.kruxos.result.Result;
import com.kruxos.web.Problem;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** {@code /audit} */
final class AuditRoutes {
    private static final int LONGEST_WAIT = 20;
    private static final long LAST = 999_999_999_999_999_999L;

    private final AuditDesk audit;
    private final AgentAdmin agents;

    AuditRoutes(AuditDesk audit, AgentAdmin agents) {
        this.audit = audit;
        this.agents = agents;
    }

    /** With {@code wait}, an empty answer comes only after that many seconds without a record. */
    Reply query(Ask ask) {
        var after = ask.number("after", LAST);
        var wait = ask.number("wait", LONGEST_WAIT);
        if (wait.isPresent() && after.isEmpty()) {
            throw Unacceptable.invalid("wait without after", "say after which record you want to wait");
        }
        var query = new AuditQuery(
                boxed(after),
                boxed(ask.number("before", LAST)),
                Page.limit(ask),
                ask.query("agent").map(name -> agent(ask, name)).orElse(null),
                ask.query("principal").map(AuditRoutes::chain).orElse(null),
                ask.query("kind").orElse(null));
        if (wait.isPresent()) {
            audit.awaitAfter(after.orElse(0), Duration.ofSeconds(wait.getAsLong()));
        }
        var leaves = audit.query(query);
        var next = after.isPresent() && leaves.size() == query.limit()
                ? ",\"next\":\"" + leaves.getLast().seq() + '"'
                : "";
        var items = leaves.stream()
                .map(AuditRecord::json)
                .collect(Collectors.joining(",", "{\"items\":[", "]" + next + "}"));
        return Reply.text(Reply.JSON, items.getBytes(StandardCharsets.UTF_8));
    }

    Reply verify(Ask ask) {
        var found = audit.verify();
        var json = Views.object().put("ok", found.ok()).put("records", found.records());
        if (found.head() != null) {
            json.put("head", found.head());
        }
        if (found.broken() != null) {
            json.putObject("broken")
                    .put("seq", found.broken().seq())
                    .put("reason", found.broken().reason());
        }
        return Reply.ok(json);
    }

    /** Agents that went with their Space are still found by their ids. */
    private String agent(Ask ask, String nameOrId) {
        return switch (agents.show(ask.space(), nameOrId)) {
            case Result.Done<AgentView>(var view) -> view.agent().id();
            case Result.Refused<AgentView> refused when nameOrId.contains("_") -> nameOrId;
            case Result.Refused<AgentView>(var reason, var detail, var hint) ->
                throw new Unacceptable(Problem.notFound(detail, hint));
        };
    }

    /** The name of a chain, {@code user:utk_…}, from itself or from the id of whoever it belongs to. */
    private static String chain(String principal) {
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

    private static @Nullable Long boxed(OptionalLong number) {
        return number.isPresent() ? number.getAsLong() : null;
    }
}
