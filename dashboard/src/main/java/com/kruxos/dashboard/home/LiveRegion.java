package com.kruxos.dashboard.home;

import java.util.Locale;

/** The parts of {@link HomePage} that are sent anew while somebody looks. */
public enum LiveRegion {
    OVERVIEW,
    WAITING,
    CONNECTED,
    TRAFFIC,
    ENTRIES;

    /** The name of the event that carries the part, and the id of the element it replaces. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
