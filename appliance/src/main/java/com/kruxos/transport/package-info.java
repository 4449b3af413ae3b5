/** The connection to one MCP server: a child process, Streamable HTTP, HTTP with SSE, or WebSocket. */
@NullMarked
package com.kruxos.transport;

import org.jspecify.annotations.NullMarked;
