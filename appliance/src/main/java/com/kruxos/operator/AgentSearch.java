package com.kruxos.operator;

import com.kruxos.admin.AgentView;
import com.kruxos.dashboard.agent.AgentListPage;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Searches, sorts and pages the list of agents. */
final class AgentSearch {
    private static final int PAGE_SIZE = 100;

    private AgentSearch() {}

    static AgentListPage search(List<AgentView> agents, String text, String pageNumber) {
        var query = text.strip().toLowerCase(Locale.ROOT);
        var found = agents.stream()
                .filter(view -> matches(view, query))
                .sorted(Comparator.comparing((AgentView view) -> view.agent().name())
                        .thenComparing(AgentView::space))
                .toList();
        var pageCount = Math.max((found.size() + PAGE_SIZE - 1) / PAGE_SIZE, 1);
        var page = Math.clamp(parsePageNumber(pageNumber), 1, pageCount);
        var rows = found.stream()
                .skip((page - 1L) * PAGE_SIZE)
                .limit(PAGE_SIZE)
                .map(AgentPageMapper::toRow)
                .toList();
        return new AgentListPage(rows, text, page, pageCount, found.size());
    }

    private static boolean matches(AgentView view, String query) {
        return query.isEmpty()
                || view.agent().name().contains(query)
                || view.space().contains(query)
                || view.agent().purpose().toLowerCase(Locale.ROOT).contains(query);
    }

    private static int parsePageNumber(String text) {
        return text.matches("\\d{1,6}") ? Integer.parseInt(text) : 1;
    }
}
