package com.kruxos.call;

import com.kruxos.rpc.Errors;
import com.kruxos.rpc.Kind;
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
    NO_TARGET(
            Errors.INVALID_PARAMS,
            "the request does not say, in a string, what it is about",
            "name a tool or prompt, or give the uri of a resource"),
    NO_REF(
            Errors.INVALID_PARAMS,
            "ref is neither one prompt nor one resource",
            "give type ref/prompt and a name, or type ref/resource and a uri, and not both"),
    UNKNOWN_TOOL(Errors.INVALID_PARAMS, "there is no such tool", "list the tools and use a name from the list"),
    UNKNOWN_PROMPT(Errors.INVALID_PARAMS, "there is no such prompt", "list the prompts and use a name from the list"),
    UNKNOWN_RESOURCE(Errors.NO_RESOURCE, "there is no such resource", "list the resources and use a uri from the list"),
    UNKNOWN_METHOD(
            Errors.METHOD_NOT_FOUND,
            "there is no such method here",
            "tools, prompts, resources, completion and logging are offered");

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

    static Refusal aimless(String method) {
        return method.equals("completion/complete") ? NO_REF : NO_TARGET;
    }

    static Refusal unknown(Message.Request request) {
        return switch (request.method()) {
            case "tools/call" -> UNKNOWN_TOOL;
            case "prompts/get" -> UNKNOWN_PROMPT;
            case "completion/complete" -> {
                var ref = request.params().ref();
                yield ref != null && ref.kind() == Kind.PROMPT ? UNKNOWN_PROMPT : UNKNOWN_RESOURCE;
            }
            default -> UNKNOWN_RESOURCE;
        };
    }

    byte[] answer(Message.Request request, String reference) {
        return code == 0
                ? say(request, error, message, hint, reference)
                : Replies.error(request.id(), code, message, hint);
    }

    /** A tool call is told no in a result a model can read; whatever else has no such place is told by an error. */
    static byte[] say(Message.Request request, String error, String message, String hint, String reference) {
        return request.method().equals("tools/call")
                ? Replies.refusal(request.id(), error, message, hint, reference)
                : Replies.refusedError(request.id(), error, message, hint, reference);
    }
}
