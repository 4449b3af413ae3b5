package com.kruxos.transport;

/** One message on its way to a server. */
public interface Outgoing {
    /** One JSON text, without a line end after it. Not changed here, and not to be changed any more. */
    byte[] bytes();

    /** Whether it overtakes what waits: cancellations and answers to pings. Among themselves these keep their order. */
    default boolean ahead() {
        return false;
    }

    /** What a sender must know of it. Whoever made the message knows without reading it again. */
    default Envelope envelope() {
        return Envelope.of(bytes());
    }

    /** Whether the server has said to the same message before that it does not know the session it came in. */
    default boolean again() {
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
    default void failed(Failure failure) {}

    /** A message nobody will withdraw. */
    static Outgoing of(byte[] bytes) {
        return () -> bytes;
    }

    /** One that overtakes. */
    static Outgoing ahead(byte[] bytes) {
        return new Outgoing() {
            @Override
            public byte[] bytes() {
                return bytes;
            }

            @Override
            public boolean ahead() {
                return true;
            }
        };
    }
}
