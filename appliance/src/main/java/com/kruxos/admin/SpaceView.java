package com.kruxos.admin;

import com.kruxos.identity.Space;

/** A Space and how much lives in it. */
public record SpaceView(Space space, int agents, int servers, int secrets) {}
