package com.kruxos.rpc;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The JSON-RPC methods of MCP that the appliance acts on. Any other name is an unknown method. */
public enum McpMethod {
    INITIALIZE("initialize", Kind.LOCAL),
    PING("ping", Kind.LOCAL),
    LOGGING_SET_LEVEL("logging/setLevel", Kind.LOCAL),
    TOOLS_LIST("tools/list", Kind.LOCAL),
    PROMPTS_LIST("prompts/list", Kind.LOCAL),
    RESOURCES_LIST("resources/list", Kind.LOCAL),
    RESOURCE_TEMPLATES_LIST("resources/templates/list", Kind.LOCAL),

    TOOLS_CALL("tools/call", Kind.FORWARDED, Target.NAME),
    PROMPTS_GET("prompts/get", Kind.FORWARDED, Target.NAME),
    RESOURCES_READ("resources/read", Kind.FORWARDED, Target.URI),
    RESOURCES_SUBSCRIBE("resources/subscribe", Kind.FORWARDED, Target.URI),
    RESOURCES_UNSUBSCRIBE("resources/unsubscribe", Kind.FORWARDED, Target.URI),
    COMPLETION_COMPLETE("completion/complete", Kind.FORWARDED, Target.REF),

    SAMPLING_CREATE_MESSAGE("sampling/createMessage", Kind.CLIENT),
    ELICITATION_CREATE("elicitation/create", Kind.CLIENT),
    ROOTS_LIST("roots/list", Kind.CLIENT),

    INITIALIZED("notifications/initialized", Kind.NOTIFICATION),
    CANCELLED("notifications/cancelled", Kind.NOTIFICATION),
    PROGRESS("notifications/progress", Kind.NOTIFICATION),
    LOG_MESSAGE("notifications/message", Kind.NOTIFICATION),
    TOOLS_LIST_CHANGED("notifications/tools/list_changed", Kind.NOTIFICATION),
    PROMPTS_LIST_CHANGED("notifications/prompts/list_changed", Kind.NOTIFICATION),
    RESOURCES_LIST_CHANGED("notifications/resources/list_changed", Kind.NOTIFICATION),
    RESOURCES_UPDATED("notifications/resources/updated", Kind.NOTIFICATION),
    ROOTS_LIST_CHANGED("notifications/roots/list_changed", Kind.NOTIFICATION),
    ELICITATION_COMPLETE("notifications/elicitation/complete", Kind.NOTIFICATION);

    private enum Kind {
        /** A request of an agent that the gateway answers itself. */
        LOCAL,
        /** A request of an agent that goes to a server, if policy allows it. */
        FORWARDED,
        /** A request of a server to an agent. */
        CLIENT,
        NOTIFICATION
    }

    /** The parameter that names the target of a request. */
    private enum Target {
        NONE,
        NAME,
        URI,
        REF
    }

    private static final Map<String, McpMethod> BY_WIRE_NAME =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(McpMethod::wireName, method -> method));

    private final String wireName;
    private final Kind kind;
    private final Target target;

    McpMethod(String wireName, Kind kind) {
        this(wireName, kind, Target.NONE);
    }

    McpMethod(String wireName, Kind kind, Target target) {
        this.wireName = wireName;
        this.kind = kind;
        this.target = target;
    }

    /** The method with exactly this name; null for an unknown one. */
    public static @Nullable McpMethod find(String wireName) {
        return BY_WIRE_NAME.get(wireName);
    }

    public String wireName() {
        return wireName;
    }

    /** Whether the gateway answers it itself: such requests need no rule of the policy. */
    public boolean isLocal() {
        return kind == Kind.LOCAL;
    }

    /** Whether it goes to a server: rules of the policy decide, and every request is audited. */
    public boolean isForwarded() {
        return kind == Kind.FORWARDED;
    }

    /**
     * The tool, prompt or resource that a request names, in the agent's words; null when it names none, or the method
     * has no target.
     */
    public @Nullable String target(Params params) {
        return switch (target) {
            case NONE -> null;
            case NAME -> params.name();
            case URI -> params.uri();
            case REF -> params.ref() == null ? null : params.ref().target();
        };
    }
}
