package com.kruxos.gateway;

import com.kruxos.web.Problem;

/** How an agent is told that a message came while there was no memory for it. */
final class NoMemory {
    static final String WHY = "no memory for this now: too many long messages, or too many messages, are under way";
    static final String HINT = "send it again in a moment";

    static final Problem PROBLEM = Problem.unavailable(WHY, HINT);

    /** In seconds. */
    static final String SOON = "1";

    private NoMemory() {}
}
