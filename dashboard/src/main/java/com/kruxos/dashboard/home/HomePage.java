package com.kruxos.dashboard.home;

import com.kruxos.dashboard.page.AuditRow;
import com.kruxos.dashboard.page.SessionRow;
import java.util.List;

/**
 * The first page: is it well, what waits, who is connected, what is going on.
 *
 * @param sessions those to show, in the order to show them
 * @param auditRows the last records, newest first
 */
public record HomePage(
        Overview overview,
        List<PendingItem> pending,
        List<SessionRow> sessions,
        HourOfCalls calls,
        List<AuditRow> auditRows) {
    public HomePage {
        pending = List.copyOf(pending);
        sessions = List.copyOf(sessions);
        auditRows = List.copyOf(auditRows);
    }
}
