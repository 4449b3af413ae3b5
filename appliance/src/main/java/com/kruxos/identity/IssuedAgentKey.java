package com.kruxos.identity;

import java.util.List;

/** An agent with its new key. Close it after the key is shown. */
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

    /** The keys that the new one replaces, each with its expiry: now, or after the overlap. */
    public List<AgentKey> replaced() {
        return replaced;
    }

    @Override
    public void close() {
        key.close();
    }

    @Override
    public String toString() {
        return "IssuedAgentKey[" + agent.id() + "]";
    }
}
