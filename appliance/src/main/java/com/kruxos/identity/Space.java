package com.kruxos.identity;

import java.time.Instant;

/** A room of its own: agents, servers and secrets of one Space can reach nothing of another. */
public record Space(String id, String name, Instant created) {}
