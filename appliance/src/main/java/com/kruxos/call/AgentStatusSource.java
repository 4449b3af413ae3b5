package com.kruxos.call;

import com.kruxos.session.Caller;

/** Tells how the agent behind a session stands now. Called for every request; never does I/O. */
@FunctionalInterface
public interface AgentStatusSource {
    AgentStatus statusOf(Caller caller);
}
