/** The MCP servers of a Space: definitions, supervision, their tools under stable names. */
@NullMarked
package com.kruxos.server;

import org.jspecify.annotations.NullMarked;
