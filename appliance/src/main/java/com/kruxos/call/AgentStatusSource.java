package com.kruxos.call;

import com.kruxos.identity.AgentState;
import com.kruxos.identity.Agents;
import com.kruxos.session.Caller;

/** Looks up the status of an agent. Called for every request; does no I/O. */
@FunctionalInterface
public interface AgentStatusSource {
    AgentStatus statusOf(Caller caller);

    /** The status in the registry of agents, and whether the caller's credential is still valid. */
    static AgentStatusSource of(Agents agents) {
        return caller -> agents.isCredentialValid(
                        caller.agentId(), caller.credential().id())
                ? agents.findById(caller.agentId())
                        .map(agent -> agent.state() == AgentState.PAUSED ? AgentStatus.PAUSED : AgentStatus.ACTIVE)
                        .orElse(AgentStatus.ENDED)
                : AgentStatus.ENDED;
    }
}
