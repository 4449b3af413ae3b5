package com.kruxos.policy;

/**
 * What rules can match of one call.
 *
 * @param agent the name of the agent
 * @param method the JSON-RPC method
 * @param server the name of the server; empty for a method the gateway answers itself
 * @param tool the upstream name of the tool or prompt, or the URI of the resource; empty for other methods
 */
public record AccessRequest(String agent, String method, String server, String tool) {
    /** A method that the gateway answers itself. */
    public static AccessRequest local(String agent, String method) {
        return new AccessRequest(agent, method, "", "");
    }
}
