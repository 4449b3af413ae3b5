package com.kruxos.admin;

import com.kruxos.identity.Agent;

/** An agent, the name of its Space and how many sessions it has open. */
public record AgentView(Agent agent, String space, int sessions) {}
