package com.kruxos.dashboard.home;

import com.kruxos.dashboard.page.Preconditions;

/**
 * Calls that ended in one minute.
 *
 * @param errors those that failed
 */
public record MinuteOfCalls(int calls, int errors) {
    public MinuteOfCalls {
        Preconditions.requireNotNegative(calls, errors);
    }
}
