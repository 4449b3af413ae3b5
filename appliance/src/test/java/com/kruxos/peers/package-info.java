/** Outside programs the tests talk to: real MCP servers and the official client, from npm. */
@NullMarked
package com.kruxos.peers;

import org.jspecify.annotations.NullMarked;
