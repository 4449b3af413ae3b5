package com.kruxos.admin;

import com.kruxos.identity.Space;

/** A Space and what it contains. */
public record SpaceView(Space space, int agents, int servers, int secrets) {}
