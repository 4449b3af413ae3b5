package com.kruxos.gateway;

import com.kruxos.rpc.Allowance;
import com.kruxos.rpc.Growing;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Puts a peer's messages together from the pieces in which they come, and refuses the first that is too long, or for
 * which there is no memory. The peer is told when it has said all of that message, and what follows is dropped: a
 * connection closed while it still sends would be reset under its hands, before it sees why. Safe for any thread.
 */
final class Pieces {
    /** What is dropped at most of a message, and then once more until the peer has heard. */
    private static final long DROPPED = 32L << 20;

    /** How long a long one may wait for memory; the peer's next ones wait behind it. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final int longest;
    private final Consumer<byte[]> message;
    private final IntConsumer tooLong;
    private final Runnable crowded;
    private final Runnable deaf;
    private final Growing begun;
    private @Nullable Runnable refusal;
    private boolean told;
    private boolean gone;
    private long dropped;

    /**
     * @param messages what a message may take, in UTF-8
     * @param tooLong told with the number of bytes it may have; no message follows
     * @param crowded told that there was no memory; no message follows
     * @param deaf told when the peer goes on all the same
     */
    Pieces(Allowance messages, Consumer<byte[]> message, IntConsumer tooLong, Runnable crowded, Runnable deaf) {
        this.longest = messages.longest();
        this.begun = messages.growing(PATIENCE);
        this.message = message;
        this.tooLong = tooLong;
        this.crowded = crowded;
        this.deaf = deaf;
    }

    synchronized void add(String piece, boolean last) {
        if (gone) {
            return; // it was on its way to us when the connection ended, and nobody would take it back
        }
        if (refusal != null) {
            drop(piece.length(), last);
            return;
        }
        var bytes = piece.getBytes(StandardCharsets.UTF_8);
        if (last && begun.length() == 0 && bytes.length <= longest) {
            message.accept(bytes);
        } else if (!begun.add(bytes, 0, bytes.length)) {
            refusal = begun.crowded() ? crowded : () -> tooLong.accept(longest);
            begun.forget();
            drop(piece.length(), last);
        } else if (last) {
            message.accept(begun.take());
        }
    }

    /** No more comes: what had come of a message is dropped. */
    synchronized void forget() {
        gone = true;
        begun.forget();
    }

    private void drop(int more, boolean last) {
        dropped += more;
        var why = refusal;
        if (why != null && !told && (last || dropped > DROPPED)) {
            told = true;
            why.run();
        }
        if (dropped > 2 * DROPPED) {
            deaf.run();
        }
    }
}
