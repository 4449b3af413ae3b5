package com.kruxos.dashboard.account;

import com.kruxos.dashboard.page.Preconditions;
import java.time.Instant;

/**
 * A session of the operator in a browser.
 *
 * @param userAgent the browser's own name; untrusted
 * @param isCurrent whether it is the session that requested this page
 */
public record BrowserRow(
        String id, String origin, String userAgent, Instant since, Instant lastSeen, boolean isCurrent) {
    public BrowserRow {
        Preconditions.requireId(id);
    }
}
