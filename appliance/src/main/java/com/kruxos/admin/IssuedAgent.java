package com.kruxos.admin;

import com.kruxos.identity.NewCredential;

/** An agent with its new key. Close it after showing the key. */
public final class IssuedAgent implements AutoCloseable {
    private final AgentView agent;
    private final NewCredential key;

    IssuedAgent(AgentView agent, NewCredential key) {
        this.agent = agent;
        this.key = key;
    }

    public AgentView agent() {
        return agent;
    }

    public NewCredential key() {
        return key;
    }

    @Override
    public void close() {
        key.close();
    }

    @Override
    public String toString() {
        return "IssuedAgent[" + agent.agent().id() + "]";
    }
}
