package com.kruxos.transport;

import com.kruxos.rpc.JsonRpcId;
import com.kruxos.rpc.JsonRpcReader;
import com.kruxos.rpc.McpMethod;
import com.kruxos.rpc.Message;
import org.jspecify.annotations.Nullable;

/**
 * What a transport must know about an outbound message.
 *
 * @param method null for a reply and for an unknown method
 * @param id of a request; null when no reply is expected
 * @param cancelledId the request that this message cancels
 */
public record MessageMetadata(
        @Nullable McpMethod method,
        @Nullable JsonRpcId id,
        @Nullable JsonRpcId cancelledId) {
    static MessageMetadata of(byte[] message) {
        return switch (JsonRpcReader.readFromServer(message)) {
            case Message.Request request -> new MessageMetadata(request.knownMethod(), request.id(), null);
            case Message.Notification notification ->
                new MessageMetadata(
                        notification.knownMethod(),
                        null,
                        notification.knownMethod() == McpMethod.CANCELLED
                                ? notification.params().requestId()
                                : null);
            case Message.Reply _, Message.Malformed _ -> new MessageMetadata(null, null, null);
        };
    }
}
