package com.kruxos.identity;

import java.util.List;

/** An agent with the key that was just made for it. Close it once the key is shown. */
public final class IssuedAgentKey implements AutoCloseable {
    private final Agent agent;
    private final NewCredential key;
    private final List<AgentKey> replaced;

    IssuedAgentKey(Agent agent, NewCredential key, List<AgentKey> replaced) {
        this.agent = agent;
        this.key = key;
        this.replaced = List.copyOf(replaced);
    }

    public Agent agent() {
        return agent;
    }

    public NewCredential key() {
        return key;
    }

    /** The keys the new one stands in for, each with the moment it ends: now, or after the overlap. */
    public List<AgentKey> replaced() {
        return replaced;
    }

    @Override
    public void close() {
        key.close();
    }

    @Override
    public String toString() {
        return "Issued[" + agent.id() + "]";
    }
}
