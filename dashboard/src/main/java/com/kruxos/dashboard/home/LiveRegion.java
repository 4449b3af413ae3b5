package com.kruxos.dashboard.home;

import java.util.Locale;

/** The regions of {@link HomePage} that are updated by server-sent events. */
public enum LiveRegion {
    OVERVIEW,
    WAITING,
    CONNECTED,
    TRAFFIC,
    ENTRIES;

    /** The name of the event, and the id of the element that it replaces. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
