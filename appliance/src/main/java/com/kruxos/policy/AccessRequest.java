package com.kruxos.policy;

/**
 * What rules can match of one call.
 *
 * @param spaceId the Space of the agent and of the server
 * @param agent the name of the agent
 * @param method the JSON-RPC method
 * @param serverId the id of the server; empty for a method the gateway answers itself
 * @param server its name; empty for a method the gateway answers itself
 * @param tool the upstream name of the tool or prompt, or the URI of the resource; empty for other methods
 */
public record AccessRequest(String spaceId, String agent, String method, String serverId, String server, String tool) {
    /** A method that the gateway answers itself. */
    public static AccessRequest local(String spaceId, String agent, String method) {
        return new AccessRequest(spaceId, agent, method, "", "", "");
    }
}
