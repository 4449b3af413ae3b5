package com.kruxos.dashboard.agent;

import com.kruxos.dashboard.layout.Layout;
import com.kruxos.dashboard.layout.Page;
import com.kruxos.dashboard.page.Preconditions;
import com.kruxos.dashboard.page.RenderedPage;
import java.util.List;

/**
 * One page of the list of agents, at {@code GET /agents?q=&page=}.
 *
 * @param query the search text; empty for all agents
 * @param pageNumber from 1
 * @param pageCount at least 1
 * @param total the number of matches on all pages
 */
public record AgentListPage(List<AgentRow> rows, String query, int pageNumber, int pageCount, int total)
        implements Page {
    public AgentListPage {
        rows = List.copyOf(rows);
        Preconditions.require(
                pageNumber >= 1 && pageCount >= pageNumber && total >= rows.size(), "page numbers do not match");
    }

    @Override
    public RenderedPage render(Layout layout) {
        return RenderedPage.of((out, interceptor) -> JteagentsGenerated.render(out, interceptor, layout, this));
    }
}
