package com.kruxos.dashboard;

/**
 * Calls in one minute.
 *
 * @param errors those that ended badly in this minute, whenever they began
 */
public record Minute(int calls, int errors) {
    public Minute {
        Values.atLeastNothing(calls, errors);
    }
}
