package com.kruxos.transport;

import com.kruxos.transport.ServerConnection.SendResult;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The send queue of one WebSocket: one message at a time is claimed and given to the socket. Thread-safe. */
final class WebSocketSendQueue {
    /** Sends a frame and calls {@code onSent} when it is written, at once or on another thread. */
    interface FrameSender {
        void send(byte[] text, Runnable onSent);
    }

    // Guarded by this.
    private final OutboundQueue queue;
    private boolean sending;
    private boolean closed;
    private @Nullable FrameSender sender;

    WebSocketSendQueue(long maxBytes) {
        this.queue = new OutboundQueue(maxBytes);
    }

    SendResult send(OutboundMessage message) {
        synchronized (this) {
            if (closed) {
                return SendResult.CLOSED;
            }
            if (!queue.offer(message)) {
                return SendResult.BUSY;
            }
        }
        pump();
        return SendResult.ACCEPTED;
    }

    /** The socket is open: starts sending. */
    void open(FrameSender sender) {
        synchronized (this) {
            this.sender = sender;
        }
        pump();
    }

    /** Accepts nothing any more, and returns the messages that were not claimed. */
    synchronized List<OutboundMessage> close() {
        closed = true;
        return queue.drain();
    }

    /** Sends until a frame is not written at once; its {@code onSent} then continues. */
    private void pump() {
        while (true) {
            OutboundMessage next;
            FrameSender socket;
            synchronized (this) {
                socket = sender;
                next = socket == null || sending || closed ? null : queue.poll();
                if (next == null || socket == null) {
                    return;
                }
                sending = true;
            }
            if (next.claim()) {
                socket.send(next.bytes(), () -> onSent(next));
                return;
            }
            release(next);
        }
    }

    private void onSent(OutboundMessage sent) {
        release(sent);
        pump();
    }

    private synchronized void release(OutboundMessage sent) {
        sending = false;
        queue.release(sent);
    }
}
