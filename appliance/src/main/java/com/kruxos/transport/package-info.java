/**
 * Talks to one MCP server: child process, Streamable HTTP, HTTP with events, WebSocket; bytes in, bytes out, alive or
 * not.
 *
 * <p>{@link com.kruxos.transport.Launch} starts programs and ends them with everything they started;
 * {@link com.kruxos.transport.StdioConnection} speaks newline-delimited JSON with one of them.
 * {@link com.kruxos.transport.Network} is the way to servers elsewhere, and decides which addresses we connect to;
 * {@link com.kruxos.transport.NetworkConnection} finds out what a URL speaks. What the messages mean is not known here,
 * but for the few an HTTP session is made of.
 */
@NullMarked
package com.kruxos.transport;

import org.jspecify.annotations.NullMarked;
