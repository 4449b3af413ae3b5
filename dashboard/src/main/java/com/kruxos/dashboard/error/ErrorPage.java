package com.kruxos.dashboard.error;

import com.kruxos.dashboard.layout.Layout;
import com.kruxos.dashboard.layout.Page;
import com.kruxos.dashboard.page.RenderedPage;

/**
 * Sent instead of the requested page.
 *
 * @param status the HTTP status
 * @param hint what to do about it
 */
public record ErrorPage(int status, String title, String detail, String hint) implements Page {
    @Override
    public RenderedPage render(Layout layout) {
        return RenderedPage.of((out, interceptor) -> JteerrorGenerated.render(out, interceptor, layout, this));
    }
}
