package com.kruxos.admin;

import com.kruxos.identity.Agent;

/** An agent, the name of its Space and the number of its open sessions. */
public record AgentView(Agent agent, String space, int sessions) {}
