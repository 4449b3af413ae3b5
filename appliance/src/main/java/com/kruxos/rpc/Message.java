package com.kruxos.rpc;

import org.jspecify.annotations.Nullable;

/**
 * One JSON-RPC message: the few things we route by, and where they stand in the bytes it came in.
 *
 * <p>The bytes belong to the message; nobody writes into them.
 */
public sealed interface Message {

    /** Somebody asks and waits for an answer under {@code id}. */
    record Request(JsonRpcId id, String method, Params params, RawMessage raw) implements Message {
        /** Null for an unknown method. */
        public @Nullable McpMethod knownMethod() {
            return McpMethod.find(method);
        }
    }

    /** Somebody tells; nobody answers. */
    record Notification(String method, Params params, RawMessage raw) implements Message {
        /** Null for an unknown method. */
        public @Nullable McpMethod knownMethod() {
            return McpMethod.find(method);
        }
    }

    /** The answer to a request of ours. {@code error} tells which of the two kinds it is. */
    record Reply(JsonRpcId id, boolean isError, RawMessage raw) implements Message {}

    /**
     * Bytes that are no message we accept.
     *
     * @param id the id to answer under; absent when none could be read
     * @param code the JSON-RPC error code
     */
    record Malformed(@Nullable JsonRpcId id, int code, String reason) implements Message {}
}
