package com.kruxos.rpc;

/** The JSON-RPC error codes the gateway responds with. */
public final class JsonRpcErrors {
    public static final int PARSE_ERROR = -32700;
    public static final int INVALID_REQUEST = -32600;
    public static final int METHOD_NOT_FOUND = -32601;
    public static final int INVALID_PARAMS = -32602;
    public static final int INTERNAL_ERROR = -32603;
    /** The server could not accept or finish the call. */
    public static final int UPSTREAM_FAILURE = -32001;
    /** The appliance refuses: it cannot record the call, the agent may not make it, or too much is in progress. */
    public static final int REFUSED = -32003;
    /** MCP's code for an unknown resource. */
    public static final int RESOURCE_NOT_FOUND = -32002;

    private JsonRpcErrors() {}
}
