package com.kruxos.rpc;

import org.jspecify.annotations.Nullable;

/** One JSON-RPC message: the members we route by, and their spans in the bytes received, which are never modified. */
public sealed interface Message {

    record Request(JsonRpcId id, String method, Params params, RawMessage raw) implements Message {
        /** Null for an unknown method. */
        public @Nullable McpMethod knownMethod() {
            return McpMethod.find(method);
        }
    }

    record Notification(String method, Params params, RawMessage raw) implements Message {
        /** Null for an unknown method. */
        public @Nullable McpMethod knownMethod() {
            return McpMethod.find(method);
        }
    }

    /** The response to a request of the appliance: a result or an error. */
    record Reply(JsonRpcId id, boolean isError, RawMessage raw) implements Message {}

    /**
     * Bytes that are not a valid message.
     *
     * @param id the id to respond under; absent when none could be read
     * @param code the JSON-RPC error code
     */
    record Malformed(@Nullable JsonRpcId id, int code, String reason) implements Message {}
}
