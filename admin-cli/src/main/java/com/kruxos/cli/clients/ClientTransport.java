package com.kruxos.cli.clients;

/** How a client reaches the gateway. */
public enum ClientTransport {
    /** A WebSocket. */
    WS,
    /** Streamable HTTP. */
    HTTP,
    /** By a program of ours that it starts, {@code kruxos mcp-shim}. */
    STDIO
}
