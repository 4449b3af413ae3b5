package com.kruxos.policy;

/**
 * One call, as policy sees it.
 *
 * @param agent the agent's name
 * @param method the JSON-RPC method
 * @param server the server's name; empty for a method that has no server
 * @param tool the server's own name of the tool or prompt, or the resource's URI; empty for a method that has none
 */
public record AccessRequest(String agent, String method, String server, String tool) {
    /** A method that the gateway answers itself. */
    public static AccessRequest local(String agent, String method) {
        return new AccessRequest(agent, method, "", "");
    }
}
