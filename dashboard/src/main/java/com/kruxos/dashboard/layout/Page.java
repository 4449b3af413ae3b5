package com.kruxos.dashboard.layout;

import com.kruxos.dashboard.page.RenderedPage;

/** The data of a whole page, rendered by the template next to it. Thread-safe: pages are immutable. */
public interface Page {
    /** The caller closes the page after sending it: one of them shows a key. */
    RenderedPage render(Layout layout);
}
