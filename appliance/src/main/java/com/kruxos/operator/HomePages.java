package com.kruxos.operator;

import com.kruxos.admin.Admin;
import com.kruxos.admin.HealthCheck;
import com.kruxos.admin.SessionAdmin;
import com.kruxos.audit.AuditQuery;
import com.kruxos.dashboard.home.CheckRow;
import com.kruxos.dashboard.home.HomePage;
import com.kruxos.dashboard.home.Overview;
import com.kruxos.dashboard.home.PendingItem;
import com.kruxos.dashboard.layout.NavigationItem;
import com.kruxos.dashboard.page.SessionRow;
import com.kruxos.identity.AgentState;
import com.kruxos.web.http.WebResponse;
import java.util.Comparator;
import java.util.List;

/** The home page. */
final class HomePages {
    private static final int MAX_SESSIONS = 50;
    private static final int MAX_AUDIT_ROWS = 20;

    private final Admin admin;
    private final LayoutFactory layouts;
    private final AuditRowMapper auditRows;
    private final CallsPerMinute callsPerMinute;

    HomePages(Admin admin, LayoutFactory layouts, CallsPerMinute callsPerMinute) {
        this.admin = admin;
        this.layouts = layouts;
        auditRows = new AuditRowMapper(admin);
        this.callsPerMinute = callsPerMinute;
    }

    WebResponse show(PageRequest request) {
        return PageResponses.page(model().render(layouts.forPage(request, NavigationItem.HOME)));
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
        var caller = view.session().caller();
        return new SessionRow(
                view.session().id(),
                caller.agentName(),
                AgentPageMapper.href(caller.agentId()),
                view.space(),
                caller.client().name(),
                caller.origin(),
                view.session().startedAt(),
                view.session().requestCount(),
                view.session().inFlight());
    }

    private static CheckRow toRow(HealthCheck check) {
        return new CheckRow(check.name(), LayoutFactory.level(check.level()), check.detail(), check.hint());
    }

    /** Warnings and problems that have a hint. Advice is not urgent. */
    private static List<PendingItem> pendingItems(List<HealthCheck> checks) {
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

    /** Newest first. */
    private List<SessionRow> sessions() {
        return admin.sessions().list().stream()
                .map(HomePages::sessions)
                .sorted(Comparator.comparing(SessionRow::since).reversed())
                .limit(MAX_SESSIONS)
                .toList();
    }
}
