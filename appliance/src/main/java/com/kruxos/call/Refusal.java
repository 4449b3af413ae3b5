package com.kruxos.call;

import com.kruxos.rpc.Errors;
import com.kruxos.rpc.Message;
import com.kruxos.rpc.Replies;
import java.util.Locale;

/**
 * Why a request is not made. What policy refuses is a tool result a model can read; a fault of protocol is an error.
 */
enum Refusal {
    BLOCKED(
            "blocked_by_policy",
            "a rule of the owner blocks this tool",
            "use another tool, or ask the owner to change the rule"),
    NOBODY_TO_ASK(
            "approval_unavailable",
            "a person must approve this call, and approvals are not switched on",
            "ask the owner to allow the tool"),
    PAUSED("agent_paused", "an operator has paused this agent", "wait, or ask the operator: kruxos agent resume"),
    NO_NAME(Errors.INVALID_PARAMS, "tools/call needs a name, a string", "list the tools and use a name from the list"),
    UNKNOWN_TOOL(Errors.INVALID_PARAMS, "there is no such tool", "list the tools and use a name from the list"),
    UNKNOWN_METHOD(
            Errors.METHOD_NOT_FOUND,
            "there is no such method here",
            "initialize, ping, tools/list and tools/call are offered");

    private final String error;
    private final int code;
    private final String message;
    private final String hint;

    Refusal(String error, String message, String hint) {
        this.error = error;
        this.code = 0;
        this.message = message;
        this.hint = hint;
    }

    Refusal(int code, String message, String hint) {
        this.error = name().toLowerCase(Locale.ROOT);
        this.code = code;
        this.message = message;
        this.hint = hint;
    }

    /** The word the record uses. */
    String error() {
        return error;
    }

    byte[] answer(Message.Request request, String reference) {
        return code == 0
                ? Replies.refusal(request.id(), error, message, hint, reference)
                : Replies.error(request.id(), code, message, hint);
    }
}
