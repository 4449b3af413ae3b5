package com.kruxos.call;

import com.kruxos.rpc.FeatureKind;
import com.kruxos.rpc.JsonRpcErrors;
import com.kruxos.rpc.JsonRpcWriter;
import com.kruxos.rpc.McpMethod;
import com.kruxos.rpc.Message;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Why a request is not made. What policy refuses is a tool result a model can read; a fault of protocol is an error.
 */
enum CallRefusal {
    BLOCKED(
            "blocked_by_policy",
            "a rule of the owner blocks this tool",
            "use another tool, or ask the owner to change the rule"),
    APPROVAL_UNAVAILABLE(
            "approval_unavailable",
            "a person must approve this call, and approvals are not switched on",
            "ask the owner to allow the tool"),
    PAUSED("agent_paused", "an operator has paused this agent", "wait, or ask the operator: kruxos agent resume"),
    NO_TARGET(
            JsonRpcErrors.INVALID_PARAMS,
            "the request does not say, in a string, what it is about",
            "name a tool or prompt, or give the uri of a resource"),
    NO_REF(
            JsonRpcErrors.INVALID_PARAMS,
            "ref is neither one prompt nor one resource",
            "give type ref/prompt and a name, or type ref/resource and a uri, and not both"),
    UNKNOWN_TOOL(JsonRpcErrors.INVALID_PARAMS, "there is no such tool", "list the tools and use a name from the list"),
    UNKNOWN_PROMPT(
            JsonRpcErrors.INVALID_PARAMS, "there is no such prompt", "list the prompts and use a name from the list"),
    UNKNOWN_RESOURCE(
            JsonRpcErrors.RESOURCE_NOT_FOUND,
            "there is no such resource",
            "list the resources and use a uri from the list"),
    UNKNOWN_METHOD(
            JsonRpcErrors.METHOD_NOT_FOUND,
            "there is no such method here",
            "tools, prompts, resources, completion and logging are offered");

    private final String reason;
    private final int code;
    private final String message;
    private final String hint;

    CallRefusal(String error, String message, String hint) {
        this.reason = error;
        this.code = 0;
        this.message = message;
        this.hint = hint;
    }

    CallRefusal(int code, String message, String hint) {
        this.reason = name().toLowerCase(Locale.ROOT);
        this.code = code;
        this.message = message;
        this.hint = hint;
    }

    /** The word the record uses. */
    String reason() {
        return reason;
    }

    static CallRefusal missingTarget(@Nullable McpMethod method) {
        return method == McpMethod.COMPLETION_COMPLETE ? NO_REF : NO_TARGET;
    }

    static CallRefusal unknownTarget(Message.Request request) {
        return switch (request.knownMethod()) {
            case TOOLS_CALL -> UNKNOWN_TOOL;
            case PROMPTS_GET -> UNKNOWN_PROMPT;
            case COMPLETION_COMPLETE -> {
                var ref = request.params().ref();
                yield ref != null && ref.kind() == FeatureKind.PROMPT ? UNKNOWN_PROMPT : UNKNOWN_RESOURCE;
            }
            case null, default -> UNKNOWN_RESOURCE;
        };
    }

    byte[] toMessage(Message.Request request, String reference) {
        return code == 0
                ? refusalMessage(request, reason, message, hint, reference)
                : JsonRpcWriter.error(request.id(), code, message, hint);
    }

    /** A tool call is told no in a result a model can read; whatever else has no such place is told by an error. */
    static byte[] refusalMessage(Message.Request request, String error, String message, String hint, String reference) {
        return request.knownMethod() == McpMethod.TOOLS_CALL
                ? JsonRpcWriter.toolErrorResult(request.id(), error, message, hint, reference)
                : JsonRpcWriter.refusalError(request.id(), error, message, hint, reference);
    }
}
