/** The agents' door, 7700: MCP over WebSocket and Streamable HTTP, health. */
@NullMarked
package com.kruxos.gateway;

import org.jspecify.annotations.NullMarked;
