package com.kruxos.rpc;

import java.util.Optional;
import java.util.stream.Stream;

/** What an MCP server offers, by the lists it is asked for. */
public enum Kind {
    TOOL("tools", "tools/list", "tools", "name"),
    PROMPT("prompts", "prompts/list", "prompts", "name"),
    RESOURCE("resources", "resources/list", "resources", "uri"),
    TEMPLATE("resources", "resources/templates/list", "resourceTemplates", "uriTemplate");

    private final String capability;
    private final String listMethod;
    private final String member;
    private final String key;

    Kind(String capability, String listMethod, String member, String key) {
        this.capability = capability;
        this.listMethod = listMethod;
        this.member = member;
        this.key = key;
    }

    /** The capability a server declares that has such a list. */
    public String capability() {
        return capability;
    }

    public String listMethod() {
        return listMethod;
    }

    /** The member of the answer that holds the list. */
    public String member() {
        return member;
    }

    /** The member by which an element is asked for. */
    public String key() {
        return key;
    }

    /** What is sent when the list is another one now. */
    public String news() {
        return "notifications/" + capability + "/list_changed";
    }

    public static Optional<Kind> listedBy(String method) {
        return Stream.of(values())
                .filter(kind -> kind.listMethod.equals(method))
                .findFirst();
    }
}
