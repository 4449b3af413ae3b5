package com.kruxos.dashboard;

import java.util.List;

/**
 * The first page: is it well, what waits, who is connected, what is going on.
 *
 * @param connected those to show, in the order to show them
 * @param entries the last records, newest first
 */
public record Home(
        Overview overview, List<Waiting> waiting, List<Connected> connected, Traffic traffic, List<Entry> entries) {
    public Home {
        waiting = List.copyOf(waiting);
        connected = List.copyOf(connected);
        entries = List.copyOf(entries);
    }
}
