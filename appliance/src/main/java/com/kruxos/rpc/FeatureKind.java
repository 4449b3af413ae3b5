package com.kruxos.rpc;

import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The kinds of features an MCP server offers, each with a list method. */
public enum FeatureKind {
    TOOL("tools", McpMethod.TOOLS_LIST, McpMethod.TOOLS_LIST_CHANGED, "tools", "name"),
    PROMPT("prompts", McpMethod.PROMPTS_LIST, McpMethod.PROMPTS_LIST_CHANGED, "prompts", "name"),
    RESOURCE("resources", McpMethod.RESOURCES_LIST, McpMethod.RESOURCES_LIST_CHANGED, "resources", "uri"),
    TEMPLATE(
            "resources",
            McpMethod.RESOURCE_TEMPLATES_LIST,
            McpMethod.RESOURCES_LIST_CHANGED,
            "resourceTemplates",
            "uriTemplate");

    private final String capability;
    private final McpMethod listMethod;
    private final McpMethod listChangedMethod;
    private final String listMember;
    private final String keyMember;

    FeatureKind(String capability, McpMethod listMethod, McpMethod listChangedMethod, String member, String key) {
        this.capability = capability;
        this.listMethod = listMethod;
        this.listChangedMethod = listChangedMethod;
        this.listMember = member;
        this.keyMember = key;
    }

    /** The capability of servers that have such a list. */
    public String capability() {
        return capability;
    }

    public McpMethod listMethod() {
        return listMethod;
    }

    /** The member of the result that holds the list. */
    public String listMember() {
        return listMember;
    }

    /** The member of an element that identifies it. */
    public String keyMember() {
        return keyMember;
    }

    /** The notification that the list has changed. */
    public McpMethod listChangedMethod() {
        return listChangedMethod;
    }

    public static Optional<FeatureKind> ofListMethod(@Nullable McpMethod method) {
        return Stream.of(values()).filter(kind -> kind.listMethod == method).findFirst();
    }
}
