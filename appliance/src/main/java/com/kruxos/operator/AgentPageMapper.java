package com.kruxos.operator;

import com.kruxos.admin.Admin;
import com.kruxos.admin.AgentView;
import com.kruxos.audit.AuditQuery;
import com.kruxos.dashboard.agent.AgentKeyRow;
import com.kruxos.dashboard.agent.AgentPage;
import com.kruxos.dashboard.agent.AgentRow;
import com.kruxos.dashboard.agent.AgentStateLabel;
import com.kruxos.dashboard.agent.ToolRow;
import com.kruxos.dashboard.page.AuditRow;
import com.kruxos.dashboard.page.SessionRow;
import com.kruxos.identity.Agent;
import com.kruxos.identity.AgentState;
import com.kruxos.policy.Tier;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Maps agents to the records of their pages. */
final class AgentPageMapper {
    private static final int MAX_AUDIT_ROWS = 10;

    private final Admin admin;
    private final AuditRowMapper auditRows;

    AgentPageMapper(Admin admin) {
        this.admin = admin;
        auditRows = new AuditRowMapper(admin);
    }

    static String href(String agentId) {
        return "/agents/" + agentId;
    }

    AgentPage toPage(AgentView view, @Nullable String problem) {
        var agent = view.agent();
        var tools = tools(agent);
        return new AgentPage(
                toRow(view),
                keys(agent),
                sessions(agent),
                tools,
                tools.stream().allMatch(ToolRow::allowed),
                auditRows(agent),
                problem);
    }

    private static List<AgentKeyRow> keys(Agent agent) {
        return agent.keys().stream()
                .map(key -> new AgentKeyRow(key.id(), key.lastFour(), key.created(), key.expires()))
                .toList();
    }

    private List<SessionRow> sessions(Agent agent) {
        return admin.sessions().list().stream()
                .filter(view -> view.session().caller().agentId().equals(agent.id()))
                .map(HomePages::sessions)
                .toList();
    }

    private List<ToolRow> tools(Agent agent) {
        return admin.tools().toolsOf(agent).stream()
                .map(view -> new ToolRow(
                        view.tool().name(), view.server(), view.tool().description(), view.tier() != Tier.BLOCKED))
                .toList();
    }

    private List<AuditRow> auditRows(Agent agent) {
        return auditRows.toRows(
                admin.audit().query(new AuditQuery(null, null, MAX_AUDIT_ROWS, agent.id(), null, null)));
    }

    static AgentRow toRow(AgentView view) {
        var agent = view.agent();
        return new AgentRow(
                agent.id(),
                href(agent.id()),
                agent.name(),
                view.space(),
                agent.purpose(),
                toStatus(agent.state()),
                agent.keys().isEmpty() ? "" : agent.keys().getLast().lastFour(),
                agent.created(),
                agent.expires(),
                view.sessions());
    }

    private static AgentStateLabel toStatus(AgentState state) {
        return switch (state) {
            case ACTIVE -> AgentStateLabel.ACTIVE;
            case PAUSED -> AgentStateLabel.PAUSED;
            case REVOKED -> AgentStateLabel.REVOKED;
            case EXPIRED -> AgentStateLabel.EXPIRED;
        };
    }
}
