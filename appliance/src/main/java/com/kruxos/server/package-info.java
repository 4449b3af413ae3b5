/**
 * The MCP servers of every Space. {@link com.kruxos.server.Servers} builds the parts; {@code SupervisorState} draws the
 * life cycle of a server.
 */
@NullMarked
package com.kruxos.server;

import org.jspecify.annotations.NullMarked;
