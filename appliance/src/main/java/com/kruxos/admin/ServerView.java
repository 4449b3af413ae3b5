package com.kruxos.admin;

import com.kruxos.server.Server;
import com.kruxos.server.ServerState;

/** A server, the name of its Space, and its state. */
public record ServerView(Server server, String space, ServerState state) {}
