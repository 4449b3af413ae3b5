package com.kruxos.cli.clients;

/** How a client reaches the gateway. */
public enum ClientTransport {
    /** A WebSocket. */
    WS,
    /** Streamable HTTP. */
    HTTP,
    /** The client starts {@code kruxos mcp-shim}. */
    STDIO
}
