package com.kruxos.identity;

import java.time.Instant;

/** A unit of isolation: agents, servers and secrets of one Space cannot reach anything of another. */
public record Space(String id, String name, Instant created) {}
