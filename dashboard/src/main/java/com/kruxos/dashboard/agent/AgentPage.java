package com.kruxos.dashboard.agent;

import com.kruxos.dashboard.page.AuditRow;
import com.kruxos.dashboard.page.SessionRow;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One agent. Below its address are posted {@code rotate} ({@code overlap}: none, 1h, 24h or 168h), {@code pause},
 * {@code resume}, {@code revoke} ({@code confirm}: the agent's name), {@code restore}, {@code edit} ({@code purpose},
 * {@code expires} as in {@link NewAgentPage}) and {@code sessions/{id}/close}; all with {@code csrf}.
 *
 * @param keys those that count, oldest first
 * @param tools those of its Space, allowed or not
 * @param allToolsAllowed whether no rule takes anything from it
 * @param auditRows its last records, newest first
 * @param problem why what was posted did not do; absent otherwise
 */
public record AgentPage(
        AgentRow agent,
        List<AgentKeyRow> keys,
        List<SessionRow> sessions,
        List<ToolRow> tools,
        boolean allToolsAllowed,
        List<AuditRow> auditRows,
        @Nullable String problem) {
    public AgentPage {
        keys = List.copyOf(keys);
        sessions = List.copyOf(sessions);
        tools = List.copyOf(tools);
        auditRows = List.copyOf(auditRows);
    }
}
