package com.kruxos.operator;

import com.kruxos.admin.Admin;
import com.kruxos.admin.SessionDesk;
import com.kruxos.audit.AuditQuery;
import com.kruxos.dashboard.Check;
import com.kruxos.dashboard.Connected;
import com.kruxos.dashboard.Home;
import com.kruxos.dashboard.Overview;
import com.kruxos.dashboard.Pages;
import com.kruxos.dashboard.Section;
import com.kruxos.dashboard.Waiting;
import com.kruxos.identity.AgentState;
import java.util.Comparator;
import java.util.List;

/** The first page. */
final class HomePages {
    private static final int MOST_CONNECTED = 50;
    private static final int MOST_ENTRIES = 20;

    private final Admin admin;
    private final Pages pages;
    private final Frames frames;
    private final Records records;
    private final Minutes minutes;

    HomePages(Admin admin, Pages pages, Frames frames, Minutes minutes) {
        this.admin = admin;
        this.pages = pages;
        this.frames = frames;
        records = new Records(admin);
        this.minutes = minutes;
    }

    Reply show(Ask ask) {
        return Reply.page(pages.home(frames.of(ask, Section.HOME), home()));
    }

    Home home() {
        var status = admin.status().status();
        var checks = status.checks();
        return new Home(
                new Overview(
                        Frames.level(status.level()),
                        checks.stream().map(HomePages::check).toList(),
                        agents(),
                        status.counts().servers(),
                        status.counts().sessions(),
                        status.records(),
                        admin.status().certificate().fingerprint(),
                        status.facts().started()),
                waiting(checks),
                connected(),
                minutes.traffic(),
                records.shown(admin.audit().query(AuditQuery.newest(MOST_ENTRIES))));
    }

    static Connected connected(SessionDesk.View view) {
        var opening = view.session().connectionInfo();
        return new Connected(
                view.session().id(),
                opening.agentName(),
                AgentPages.href(opening.agentId()),
                view.space(),
                view.session().clientInfo(),
                opening.origin(),
                opening.startedAt(),
                view.session().requestCount(),
                view.session().inFlight());
    }

    private static Check check(com.kruxos.admin.Check check) {
        return new Check(check.name(), Frames.level(check.level()), check.detail(), check.hint());
    }

    /** Advice waits for nobody. */
    private static List<Waiting> waiting(List<com.kruxos.admin.Check> checks) {
        return checks.stream()
                .filter(check -> switch (check.level()) {
                    case GREEN, ADVICE -> false;
                    case YELLOW, RED -> check.hint() != null;
                })
                .map(check -> new Waiting(check.detail(), String.valueOf(check.hint())))
                .toList();
    }

    private int agents() {
        return (int) admin.agents().list().stream()
                .filter(view -> view.agent().state() != AgentState.REVOKED)
                .count();
    }

    /** The newest first. */
    private List<Connected> connected() {
        return admin.sessions().list().stream()
                .map(HomePages::connected)
                .sorted(Comparator.comparing(Connected::since).reversed())
                .limit(MOST_CONNECTED)
                .toList();
    }
}
