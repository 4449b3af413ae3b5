package com.kruxos.gateway;

import com.kruxos.rpc.BoundedBuffer;
import com.kruxos.rpc.MessageLimits;
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
final class MessageAssembler {
    /** What is dropped at most of a message, and then once more until the peer has heard. */
    private static final long MAX_DISCARDED = 32L << 20;

    /** How long a long one may wait for memory; the peer's next ones wait behind it. */
    private static final Duration MEMORY_WAIT = Duration.ofSeconds(3);

    private final int maxBytes;
    private final Consumer<byte[]> messageHandler;
    private final IntConsumer tooLongHandler;
    private final Runnable outOfMemoryHandler;
    private final Runnable abortHandler;
    private final BoundedBuffer buffer;
    private @Nullable Runnable refusalAction;
    private boolean refusalSent;
    private boolean closed;
    private long discarded;

    /**
     * @param messages what a message may take, in UTF-8
     * @param tooLong told with the number of bytes it may have; no message follows
     * @param crowded told that there was no memory; no message follows
     * @param deaf told when the peer goes on all the same
     */
    MessageAssembler(
            MessageLimits messages, Consumer<byte[]> message, IntConsumer tooLong, Runnable crowded, Runnable deaf) {
        this.maxBytes = messages.maxBytes();
        this.buffer = messages.newBuffer(MEMORY_WAIT);
        this.messageHandler = message;
        this.tooLongHandler = tooLong;
        this.outOfMemoryHandler = crowded;
        this.abortHandler = deaf;
    }

    synchronized void add(String piece, boolean last) {
        if (closed) {
            return; // it was on its way to us when the connection ended, and nobody would take it back
        }
        if (refusalAction != null) {
            discard(piece.length(), last);
            return;
        }
        var bytes = piece.getBytes(StandardCharsets.UTF_8);
        if (last && buffer.length() == 0 && bytes.length <= maxBytes) {
            messageHandler.accept(bytes);
        } else if (!buffer.add(bytes, 0, bytes.length)) {
            refusalAction = buffer.rejectedForMemory() ? outOfMemoryHandler : () -> tooLongHandler.accept(maxBytes);
            buffer.clear();
            discard(piece.length(), last);
        } else if (last) {
            messageHandler.accept(buffer.take());
        }
    }

    /** No more comes: what had come of a message is dropped. */
    synchronized void close() {
        closed = true;
        buffer.clear();
    }

    private void discard(int more, boolean last) {
        discarded += more;
        var why = refusalAction;
        if (why != null && !refusalSent && (last || discarded > MAX_DISCARDED)) {
            refusalSent = true;
            why.run();
        }
        if (discarded > 2 * MAX_DISCARDED) {
            abortHandler.run();
        }
    }
}
