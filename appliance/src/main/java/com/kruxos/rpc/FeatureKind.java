package com.kruxos.rpc;

import java.util.Optional;
import java.util.stream.Stream;

/** What an MCP server offers, by the lists it is asked for. */
public enum FeatureKind {
    TOOL("tools", "tools/list", "tools", "name"),
    PROMPT("prompts", "prompts/list", "prompts", "name"),
    RESOURCE("resources", "resources/list", "resources", "uri"),
    TEMPLATE("resources", "resources/templates/list", "resourceTemplates", "uriTemplate");

    private final String capability;
    private final String listMethod;
    private final String listMember;
    private final String keyMember;

    FeatureKind(String capability, String listMethod, String member, String key) {
        this.capability = capability;
        this.listMethod = listMethod;
        this.listMember = member;
        this.keyMember = key;
    }

    /** The capability a server declares that has such a list. */
    public String capability() {
        return capability;
    }

    public String listMethod() {
        return listMethod;
    }

    /** The member of the answer that holds the list. */
    public String listMember() {
        return listMember;
    }

    /** The member by which an element is asked for. */
    public String keyMember() {
        return keyMember;
    }

    /** What is sent when the list is another one now. */
    public String listChangedMethod() {
        return "notifications/" + capability + "/list_changed";
    }

    public static Optional<FeatureKind> ofListMethod(String method) {
        return Stream.of(values())
                .filter(kind -> kind.listMethod.equals(method))
                .findFirst();
    }
}
