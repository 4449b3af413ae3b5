package com.kruxos.rpc;

/** The JSON-RPC error codes we answer with. */
public final class JsonRpcErrors {
    public static final int PARSE_ERROR = -32700;
    public static final int INVALID_REQUEST = -32600;
    public static final int METHOD_NOT_FOUND = -32601;
    public static final int INVALID_PARAMS = -32602;
    public static final int INTERNAL_ERROR = -32603;
    /** The server behind the gateway could not take or finish the call. */
    public static final int UPSTREAM_FAILURE = -32001;
    /** The appliance refuses: it cannot record, the agent is not allowed, or too much is under way. */
    public static final int REFUSED = -32003;
    /** No server has this resource; MCP's own code for it. */
    public static final int RESOURCE_NOT_FOUND = -32002;

    private JsonRpcErrors() {}
}
