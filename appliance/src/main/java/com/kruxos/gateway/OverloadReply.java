package com.kruxos.gateway;

import com.kruxos.web.http.Problem;

/** How an agent is told that a message came while there was no memory for it. */
final class OverloadReply {
    static final String MESSAGE = "no memory for this now: too many long messages, or too many messages, are under way";
    static final String HINT = "send it again in a moment";

    static final Problem PROBLEM = Problem.unavailable(MESSAGE, HINT);

    /** In seconds. */
    static final String RETRY_AFTER_SECONDS = "1";

    private OverloadReply() {}
}
