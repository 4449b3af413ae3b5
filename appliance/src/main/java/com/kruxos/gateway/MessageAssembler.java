package com.kruxos.gateway;

import com.kruxos.rpc.BoundedBuffer;
import com.kruxos.rpc.MessageLimits;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Assembles messages from WebSocket fragments. A message that is too long, or for which there is no memory, is refused,
 * and no message follows it. The peer is told at the end of that message: a connection closed while the peer still
 * sends would be reset before it reads the reason. Safe for any thread.
 */
final class MessageAssembler {
    /** Of a refused message, bytes discarded before the peer is told, and again before the connection is aborted. */
    private static final long MAX_DISCARDED = 32L << 20;

    /** How long a message may wait for memory; the peer's later messages wait with it. */
    private static final Duration MEMORY_WAIT = Duration.ofSeconds(3);

    /** What to do when a message is refused. */
    interface RefusalHandler {
        void onTooLong(int maxBytes);

        void onOutOfMemory();

        /** The peer keeps sending after it was told. */
        void onPeerKeepsSending();
    }

    private final int maxBytes;
    private final Consumer<byte[]> messageHandler;
    private final RefusalHandler refusalHandler;
    private final BoundedBuffer buffer;
    private @Nullable Runnable refusal;
    private boolean refusalSent;
    private boolean closed;
    private long discarded;

    /** @param limits of one message in UTF-8 */
    MessageAssembler(MessageLimits limits, Consumer<byte[]> messageHandler, RefusalHandler refusalHandler) {
        this.maxBytes = limits.maxBytes();
        this.buffer = limits.newBuffer(MEMORY_WAIT);
        this.messageHandler = messageHandler;
        this.refusalHandler = refusalHandler;
    }

    synchronized void add(String fragment, boolean last) {
        if (closed) {
            return; // received before the close; its memory would never be released
        }
        if (refusal != null) {
            discard(fragment.length(), last);
            return;
        }
        var bytes = fragment.getBytes(StandardCharsets.UTF_8);
        if (last && buffer.length() == 0 && bytes.length <= maxBytes) {
            messageHandler.accept(bytes);
        } else if (!buffer.add(bytes, 0, bytes.length)) {
            refusal = buffer.rejectedForMemory()
                    ? refusalHandler::onOutOfMemory
                    : () -> refusalHandler.onTooLong(maxBytes);
            buffer.clear();
            discard(fragment.length(), last);
        } else if (last) {
            messageHandler.accept(buffer.take());
        }
    }

    /** Discards an incomplete message and all later fragments. */
    synchronized void close() {
        closed = true;
        buffer.clear();
    }

    private void discard(int length, boolean last) {
        discarded += length;
        var action = refusal;
        if (action != null && !refusalSent && (last || discarded > MAX_DISCARDED)) {
            refusalSent = true;
            action.run();
        }
        if (discarded > 2 * MAX_DISCARDED) {
            refusalHandler.onPeerKeepsSending();
        }
    }
}
