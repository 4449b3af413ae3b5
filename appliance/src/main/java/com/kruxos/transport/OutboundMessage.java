package com.kruxos.transport;

/** One message on its way to a server. */
public interface OutboundMessage {
    /** One JSON text, without a line end after it. Not changed here, and not to be changed any more. */
    byte[] bytes();

    /** Whether it overtakes what waits: cancellations and answers to pings. Among themselves these keep their order. */
    default boolean isPriority() {
        return false;
    }

    /** What a sender must know of it. Whoever made the message knows without reading it again. */
    default MessageMetadata metadata() {
        return MessageMetadata.of(bytes());
    }

    /** Whether the server has said to the same message before that it does not know the session it came in. */
    default boolean isSessionRetry() {
        return false;
    }

    /**
     * Asked exactly once, just before the bytes go out; not asked at all when the connection ends first. False drops
     * the message silently: whoever withdraws a call and then sees that it was not claimed knows that the server never
     * saw it. Called on the thread of any sender, so it must be quick and must not send.
     */
    default boolean claim() {
        return true;
    }

    /**
     * Told when a claimed message will get no answer through no fault of the connection as a whole; at most once, on a
     * thread that must not wait. Only servers reached by a network tell: whatever ends a child ends its connection.
     */
    default void onFailure(DeliveryFailure failure) {}

    /** A message nobody will withdraw. */
    static OutboundMessage of(byte[] bytes) {
        return () -> bytes;
    }

    /** One that overtakes. */
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
