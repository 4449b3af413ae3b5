package com.kruxos.dashboard.agent;

import com.kruxos.dashboard.page.Preconditions;
import java.util.List;

/**
 * A page of the list of agents. Asked for by {@code GET /agents?q=&page=}.
 *
 * @param query what is looked for; empty for all
 * @param pageNumber from 1
 * @param pageCount at least 1
 * @param total how many the query finds, on all pages
 */
public record AgentListPage(List<AgentRow> rows, String query, int pageNumber, int pageCount, int total) {
    public AgentListPage {
        rows = List.copyOf(rows);
        Preconditions.require(pageNumber >= 1 && pageCount >= pageNumber && total >= rows.size(), "a page of a list");
    }
}
