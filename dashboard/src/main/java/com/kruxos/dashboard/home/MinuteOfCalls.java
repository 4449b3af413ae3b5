package com.kruxos.dashboard.home;

import com.kruxos.dashboard.page.Preconditions;

/**
 * Calls in one minute.
 *
 * @param errors those that ended badly in this minute, whenever they began
 */
public record MinuteOfCalls(int calls, int errors) {
    public MinuteOfCalls {
        Preconditions.requireNotNegative(calls, errors);
    }
}
