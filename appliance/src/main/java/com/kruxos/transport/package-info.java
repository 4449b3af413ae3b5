/**
 * Talks to one MCP server: a child process today; bytes in, bytes out, alive or not.
 *
 * <p>{@link com.kruxos.transport.Launch} starts programs and ends them with everything they started.
 * {@link com.kruxos.transport.StdioConnection} speaks newline-delimited JSON with one of them. What the messages mean
 * is not known here.
 */
@NullMarked
package com.kruxos.transport;

import org.jspecify.annotations.NullMarked;
