package com.kruxos.gateway;

import com.kruxos.web.http.Problem;

/** The reply to a message for which there is no memory. */
final class OverloadReply {
    static final String MESSAGE = "no memory for this message: too many, or too many long ones, are in progress";
    static final String HINT = "send it again in a moment";
    static final Problem PROBLEM = Problem.unavailable(MESSAGE, HINT);

    /** The value of {@code Retry-After}. */
    static final String RETRY_AFTER_SECONDS = "1";

    private OverloadReply() {}
}
