package com.kruxos.dashboard;

import java.util.Locale;

/** The parts of {@link Home} that are sent anew while somebody looks. */
public enum Part {
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
