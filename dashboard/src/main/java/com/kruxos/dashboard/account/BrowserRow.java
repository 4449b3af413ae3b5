package com.kruxos.dashboard.account;

import com.kruxos.dashboard.page.Preconditions;
import java.time.Instant;

/**
 * A browser in which the operator is signed in.
 *
 * @param userAgent what it calls itself; anybody's text
 * @param lastSeen when it was last heard of
 * @param isCurrent whether it is the one this page goes to
 */
public record BrowserRow(
        String id, String origin, String userAgent, Instant since, Instant lastSeen, boolean isCurrent) {
    public BrowserRow {
        Preconditions.requireId(id);
    }
}
