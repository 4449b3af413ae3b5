/** The listener for agents: authentication, sessions, and MCP over WebSocket and Streamable HTTP. */
@NullMarked
package com.kruxos.gateway;

import org.jspecify.annotations.NullMarked;
