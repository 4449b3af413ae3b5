package com.kruxos.gateway;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/**
 * Puts a peer's messages together from the pieces in which they come, and refuses the first that is too long. What
 * follows is read and dropped, so that the peer, which is still sending, gets to see why: a connection closed before
 * would be reset under its hands. For one thread after the other.
 */
final class Pieces {
    /** What is dropped at most, until the peer has heard. */
    private static final long DROPPED = 32L << 20;

    private final int longest;
    private final Consumer<byte[]> message;
    private final IntConsumer tooLong;
    private final Runnable deaf;
    private ByteArrayOutputStream begun = new ByteArrayOutputStream(0);
    private boolean refused;
    private long dropped;

    /**
     * @param longest bytes of a message in UTF-8
     * @param tooLong told once, with {@code longest}; no message follows
     * @param deaf told when the peer goes on all the same
     */
    Pieces(int longest, Consumer<byte[]> message, IntConsumer tooLong, Runnable deaf) {
        this.longest = longest;
        this.message = message;
        this.tooLong = tooLong;
        this.deaf = deaf;
    }

    void add(String piece, boolean last) {
        if (refused) {
            drop(piece.length());
            return;
        }
        var bytes = piece.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > longest - begun.size()) {
            refused = true;
            begun = new ByteArrayOutputStream(0);
            tooLong.accept(longest);
        } else if (!last) {
            begun.writeBytes(bytes);
        } else if (begun.size() == 0) {
            message.accept(bytes);
        } else {
            begun.writeBytes(bytes);
            var whole = begun.toByteArray();
            begun = new ByteArrayOutputStream(0);
            message.accept(whole);
        }
    }

    private void drop(int more) {
        dropped += more;
        if (dropped > DROPPED) {
            deaf.run();
        }
    }
}
