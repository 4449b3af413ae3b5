/** JSON-RPC messages of MCP, read and written without changing bytes that the gateway does not use; no I/O. */
@NullMarked
package com.kruxos.rpc;

import org.jspecify.annotations.NullMarked;
