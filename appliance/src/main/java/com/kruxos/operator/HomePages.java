package com.kruxos.operator;

import com.kruxos.admin.Admin;
import com.kruxos.admin.SessionAdmin;
import com.kruxos.audit.AuditQuery;
import com.kruxos.dashboard.home.CheckRow;
import com.kruxos.dashboard.home.HomePage;
import com.kruxos.dashboard.home.Overview;
import com.kruxos.dashboard.home.PendingItem;
import com.kruxos.dashboard.layout.NavigationItem;
import com.kruxos.dashboard.page.SessionRow;
import com.kruxos.identity.AgentState;
import java.util.Comparator;
import java.util.List;

/** The first page. */
final class HomePages {
    private static final int MAX_SESSIONS = 50;
    private static final int MAX_AUDIT_ROWS = 20;

    private final Admin admin;
    private final LayoutFactory layouts;
    private final AuditRowMapper auditRows;
    private final CallsPerMinute callsPerMinute;

    HomePages(Admin admin, LayoutFactory frames, CallsPerMinute minutes) {
        this.admin = admin;
        this.layouts = frames;
        auditRows = new AuditRowMapper(admin);
        this.callsPerMinute = minutes;
    }

    PageResponse show(PageRequest ask) {
        return PageResponse.page(model().render(layouts.forPage(ask, NavigationItem.HOME)));
    }

    HomePage model() {
        var status = admin.status().status();
        var checks = status.checks();
        return new HomePage(
                new Overview(
                        LayoutFactory.level(status.level()),
                        checks.stream().map(HomePages::toRow).toList(),
                        countAgents(),
                        status.counts().servers(),
                        status.counts().sessions(),
                        status.auditRecords(),
                        admin.status().certificate().fingerprint(),
                        status.info().started()),
                pendingItems(checks),
                sessions(),
                callsPerMinute.lastHour(),
                auditRows.toRows(admin.audit().query(AuditQuery.newest(MAX_AUDIT_ROWS))));
    }

    static SessionRow sessions(SessionAdmin.SessionView view) {
        var opening = view.session().caller();
        return new SessionRow(
                view.session().id(),
                opening.agentName(),
                AgentPages.href(opening.agentId()),
                view.space(),
                opening.client().name(),
                opening.origin(),
                view.session().startedAt(),
                view.session().requestCount(),
                view.session().inFlight());
    }

    private static CheckRow toRow(com.kruxos.admin.HealthCheck check) {
        return new CheckRow(check.name(), LayoutFactory.level(check.level()), check.detail(), check.hint());
    }

    /** Advice waits for nobody. */
    private static List<PendingItem> pendingItems(List<com.kruxos.admin.HealthCheck> checks) {
        return checks.stream()
                .filter(check -> switch (check.level()) {
                    case GREEN, ADVICE -> false;
                    case YELLOW, RED -> check.hint() != null;
                })
                .map(check -> new PendingItem(check.detail(), String.valueOf(check.hint())))
                .toList();
    }

    private int countAgents() {
        return (int) admin.agents().list().stream()
                .filter(view -> view.agent().state() != AgentState.REVOKED)
                .count();
    }

    /** The newest first. */
    private List<SessionRow> sessions() {
        return admin.sessions().list().stream()
                .map(HomePages::sessions)
                .sorted(Comparator.comparing(SessionRow::since).reversed())
                .limit(MAX_SESSIONS)
                .toList();
    }
}
