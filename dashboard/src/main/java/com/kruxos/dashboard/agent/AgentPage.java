package com.kruxos.dashboard.agent;

import com.kruxos.dashboard.layout.Layout;
import com.kruxos.dashboard.layout.Page;
import com.kruxos.dashboard.page.AuditRow;
import com.kruxos.dashboard.page.RenderedPage;
import com.kruxos.dashboard.page.SessionRow;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One agent. Posts below its own path, always with {@code csrf}: {@code rotate} ({@code overlap}: none, 1h, 24h or
 * 168h), {@code pause}, {@code resume}, {@code revoke} ({@code confirm}: the agent's name), {@code restore},
 * {@code edit} ({@code purpose}, {@code expires} as in {@link NewAgentPage}) and {@code sessions/{id}/close}.
 *
 * @param keys the valid ones, oldest first
 * @param tools all tools of its Space, allowed or not
 * @param allToolsAllowed whether the policy blocks none of them
 * @param auditRows newest first
 * @param problem why the last form was refused, if one was
 */
public record AgentPage(
        AgentRow agent,
        List<AgentKeyRow> keys,
        List<SessionRow> sessions,
        List<ToolRow> tools,
        boolean allToolsAllowed,
        List<AuditRow> auditRows,
        @Nullable String problem)
        implements Page {
    public AgentPage {
        keys = List.copyOf(keys);
        sessions = List.copyOf(sessions);
        tools = List.copyOf(tools);
        auditRows = List.copyOf(auditRows);
    }

    @Override
    public RenderedPage render(Layout layout) {
        return RenderedPage.of((out, interceptor) -> JteagentGenerated.render(out, interceptor, layout, this));
    }
}
