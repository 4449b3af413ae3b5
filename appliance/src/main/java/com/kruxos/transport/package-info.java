/**
 * One connection to one MCP server: over the stdio of a child process, Streamable HTTP, HTTP with server-sent events
 * (MCP 2024-11-05), or a WebSocket. Messages are bytes in both directions.
 *
 * <p>{@link com.kruxos.transport.ServerConnection} is what all of them offer.
 * {@link com.kruxos.transport.StdioConnection} starts a program; {@link com.kruxos.transport.RemoteConnection} connects
 * to a URL and finds out which transport it speaks. Messages are not interpreted here, except the few that an HTTP
 * session consists of.
 */
@NullMarked
package com.kruxos.transport;

import org.jspecify.annotations.NullMarked;
