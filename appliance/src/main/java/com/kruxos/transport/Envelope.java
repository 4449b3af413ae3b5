package com.kruxos.transport;

import com.kruxos.rpc.Codec;
import com.kruxos.rpc.Id;
import com.kruxos.rpc.Message;
import org.jspecify.annotations.Nullable;

/**
 * The little we must know of a message we send.
 *
 * @param id under which an answer comes; absent when none does
 * @param cancels the id of the request that need not be answered any more
 */
public record Envelope(
        String method, @Nullable Id id, @Nullable Id cancels) {
    /** Reads it out of a message. */
    public static Envelope of(byte[] message) {
        return switch (Codec.fromServer(message)) {
            case Message.Request request -> new Envelope(request.method(), request.id(), null);
            case Message.Notification told ->
                new Envelope(
                        told.method(),
                        null,
                        told.method().equals("notifications/cancelled")
                                ? told.params().requestId()
                                : null);
            case Message.Reply _, Message.Malformed _ -> new Envelope("", null, null);
        };
    }
}
