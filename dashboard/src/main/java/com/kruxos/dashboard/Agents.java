package com.kruxos.dashboard;

import java.util.List;

/**
 * A page of the list of agents. Asked for by {@code GET /agents?q=&page=}.
 *
 * @param query what is looked for; empty for all
 * @param page from 1
 * @param pages at least 1
 * @param total how many the query finds, on all pages
 */
public record Agents(List<AgentRow> rows, String query, int page, int pages, int total) {
    public Agents {
        rows = List.copyOf(rows);
        Values.require(page >= 1 && pages >= page && total >= rows.size(), "a page of a list");
    }
}
