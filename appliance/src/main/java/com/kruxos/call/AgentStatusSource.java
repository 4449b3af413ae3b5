package com.kruxos.call;

import com.kruxos.session.Caller;

/** Looks up the status of an agent. Called for every request; does no I/O. */
@FunctionalInterface
public interface AgentStatusSource {
    AgentStatus statusOf(Caller caller);
}
