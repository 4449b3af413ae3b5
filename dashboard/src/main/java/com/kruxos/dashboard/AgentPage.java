package com.kruxos.dashboard;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One agent. Below its address are posted {@code rotate} ({@code overlap}: none, 1h, 24h or 168h), {@code pause},
 * {@code resume}, {@code revoke} ({@code confirm}: the agent's name), {@code restore}, {@code edit} ({@code purpose},
 * {@code expires} as in {@link NewAgent}) and {@code sessions/{id}/close}; all with {@code csrf}.
 *
 * @param keys those that count, oldest first
 * @param tools those of its Space, allowed or not
 * @param allTools whether no rule takes anything from it
 * @param entries its last records, newest first
 * @param problem why what was posted did not do; absent otherwise
 */
public record AgentPage(
        AgentRow agent,
        List<Key> keys,
        List<Connected> sessions,
        List<Tool> tools,
        boolean allTools,
        List<Entry> entries,
        @Nullable String problem) {
    public AgentPage {
        keys = List.copyOf(keys);
        sessions = List.copyOf(sessions);
        tools = List.copyOf(tools);
        entries = List.copyOf(entries);
    }
}
