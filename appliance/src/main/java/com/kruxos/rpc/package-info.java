/** The JSON-RPC messages agents and servers exchange, read and written without touching what we do not need; no I/O. */
@NullMarked
package com.kruxos.rpc;

import org.jspecify.annotations.NullMarked;
