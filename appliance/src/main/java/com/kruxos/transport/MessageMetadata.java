package com.kruxos.transport;

import com.kruxos.rpc.JsonRpcId;
import com.kruxos.rpc.JsonRpcReader;
import com.kruxos.rpc.Message;
import com.kruxos.rpc.Method;
import org.jspecify.annotations.Nullable;

/**
 * The little we must know of a message we send.
 *
 * @param id under which an answer comes; absent when none does
 * @param cancelledId the id of the request that need not be answered any more
 */
public record MessageMetadata(
        @Nullable Method method,
        @Nullable JsonRpcId id,
        @Nullable JsonRpcId cancelledId) {
    /** Reads it out of a message. */
    public static MessageMetadata of(byte[] message) {
        return switch (JsonRpcReader.readFromServer(message)) {
            case Message.Request request -> new MessageMetadata(request.knownMethod(), request.id(), null);
            case Message.Notification told ->
                new MessageMetadata(
                        told.knownMethod(),
                        null,
                        told.knownMethod() == Method.CANCELLED ? told.params().requestId() : null);
            case Message.Reply _, Message.Malformed _ -> new MessageMetadata(null, null, null);
        };
    }
}
