/** Talks to one MCP server: a child process today; bytes in, bytes out, alive or not. */
@NullMarked
package com.kruxos.transport;

import org.jspecify.annotations.NullMarked;
