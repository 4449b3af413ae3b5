package com.kruxos.call;

import com.kruxos.rpc.FeatureKind;
import com.kruxos.rpc.JsonRpcErrors;
import com.kruxos.rpc.JsonRpcWriter;
import com.kruxos.rpc.McpMethod;
import com.kruxos.rpc.Message;
import com.kruxos.server.CallResult;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Why a request is refused. Refusals by policy are tool results that a model can read; protocol errors are errors. */
enum CallRefusal {
    BLOCKED(
            "blocked_by_policy",
            "a policy rule blocks this tool",
            "use another tool, or ask the owner to change the rule"),
    APPROVAL_UNAVAILABLE(
            "approval_unavailable",
            "a person must approve this call, and approvals are not available",
            "ask the owner to allow the tool"),
    PAUSED("agent_paused", "an operator has paused this agent", "wait, or ask the operator to run kruxos agent resume"),
    NO_TARGET(
            JsonRpcErrors.INVALID_PARAMS,
            "the request names no target",
            "give the name of a tool or prompt, or the uri of a resource, as a string"),
    NO_REF(
            JsonRpcErrors.INVALID_PARAMS,
            "ref is neither a prompt nor a resource",
            "give type ref/prompt and a name, or type ref/resource and a uri, and not both"),
    UNKNOWN_TOOL(JsonRpcErrors.INVALID_PARAMS, "unknown tool", "use a name from tools/list"),
    UNKNOWN_PROMPT(JsonRpcErrors.INVALID_PARAMS, "unknown prompt", "use a name from prompts/list"),
    UNKNOWN_RESOURCE(JsonRpcErrors.RESOURCE_NOT_FOUND, "unknown resource", "use a uri from resources/list"),
    UNKNOWN_METHOD(
            JsonRpcErrors.METHOD_NOT_FOUND,
            "unknown method",
            "tools, prompts, resources, completion and logging are supported");

    private final String reason;
    private final int code;
    private final String message;
    private final String hint;

    CallRefusal(String reason, String message, String hint) {
        this.reason = reason;
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

    /** As the audit log names it. */
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
                ? refusalMessage(request, new CallResult.Unavailable(reason, message, hint), reference)
                : JsonRpcWriter.error(request.id(), code, message, hint);
    }

    /**
     * For a tool call a result that a model can read; for other methods, whose results have no place for it, an error.
     */
    static byte[] refusalMessage(Message.Request request, CallResult.Unavailable refusal, String reference) {
        return request.knownMethod() == McpMethod.TOOLS_CALL
                ? JsonRpcWriter.toolErrorResult(
                        request.id(), refusal.error(), refusal.message(), refusal.hint(), reference)
                : JsonRpcWriter.refusalError(
                        request.id(), refusal.error(), refusal.message(), refusal.hint(), reference);
    }
}
