package com.kruxos.transport;

/** One message to a server. */
public interface OutboundMessage {
    /** One JSON text, without a line break after it. Nobody modifies the array. */
    byte[] bytes();

    /** Whether it is sent before queued messages: cancellations and replies to pings. These keep their own order. */
    default boolean isPriority() {
        return false;
    }

    /** What the transport must know about it. Overridden where that is known without parsing the bytes. */
    default MessageMetadata metadata() {
        return MessageMetadata.of(bytes());
    }

    /** Whether this message is sent again because the server did not know the session it was sent in before. */
    default boolean isSessionRetry() {
        return false;
    }

    /**
     * Called exactly once, immediately before the bytes are written, and never when the connection ends first. False
     * drops the message silently. So a caller that withdraws a call, and then finds it unclaimed, knows that the server
     * never received it. Called on the thread of any sender: it must be fast and must not send.
     */
    default boolean claim() {
        return true;
    }

    /**
     * Called at most once when a claimed message will get no answer although the connection as a whole may live on.
     * Must not block. Only network transports call it: what fails on a child process ends the connection.
     */
    default void onFailure(DeliveryFailure failure) {}

    /** A message that is never withdrawn. */
    static OutboundMessage of(byte[] bytes) {
        return () -> bytes;
    }

    /** The same, sent before queued messages. */
    static OutboundMessage priority(byte[] bytes) {
        return new OutboundMessage() {
            @Override
            public byte[] bytes() {
                return bytes;
            }

            @Override
            public boolean isPriority() {
                return true;
            }
        };
    }
}
