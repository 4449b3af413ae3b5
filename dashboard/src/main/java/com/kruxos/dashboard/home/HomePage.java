package com.kruxos.dashboard.home;

import com.kruxos.dashboard.layout.Layout;
import com.kruxos.dashboard.layout.Page;
import com.kruxos.dashboard.page.AuditRow;
import com.kruxos.dashboard.page.RenderedPage;
import com.kruxos.dashboard.page.SessionRow;
import java.util.List;

/**
 * Health, pending items, sessions, calls and the newest audit records.
 *
 * @param sessions in display order
 * @param auditRows newest first
 */
public record HomePage(
        Overview overview,
        List<PendingItem> pending,
        List<SessionRow> sessions,
        HourOfCalls calls,
        List<AuditRow> auditRows)
        implements Page {
    public HomePage {
        pending = List.copyOf(pending);
        sessions = List.copyOf(sessions);
        auditRows = List.copyOf(auditRows);
    }

    @Override
    public RenderedPage render(Layout layout) {
        return RenderedPage.of((out, interceptor) -> JtehomeGenerated.render(out, interceptor, layout, this));
    }

    /**
     * One region without the page around it: the data of the event {@link LiveRegion#id()}, which replaces the element
     * with that id.
     */
    public RenderedPage render(LiveRegion region) {
        return RenderedPage.of((out, interceptor) -> {
            switch (region) {
                case OVERVIEW -> JteoverviewGenerated.render(out, interceptor, this);
                case WAITING -> JtependingGenerated.render(out, interceptor, this);
                case CONNECTED -> JtesessionsGenerated.render(out, interceptor, this);
                case TRAFFIC -> JtecallsGenerated.render(out, interceptor, this);
                case ENTRIES -> JteauditlogGenerated.render(out, interceptor, this);
            }
        });
    }
}
