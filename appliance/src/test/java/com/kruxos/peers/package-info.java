/** Peers of the appliance in tests: agents, MCP servers, official clients and servers from npm. */
@NullMarked
package com.kruxos.peers;

import org.jspecify.annotations.NullMarked;
