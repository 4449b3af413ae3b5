package com.kruxos.transport;

import com.kruxos.transport.ServerConnection.SendResult;
import java.util.ArrayDeque;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The line of messages to one WebSocket: one at a time is with the socket, and only then claimed. What overtakes goes
 * first. For any thread.
 */
final class WebSocketSendQueue {
    /** How a frame goes out; {@code done} may be called at once or on another thread. */
    interface FrameSender {
        void send(byte[] text, Runnable done);
    }

    /** Room above the limit for what overtakes. */
    private static final long PRIORITY_EXTRA_BYTES = 1 << 20;

    private final long limit;

    // Guarded by this.
    private final ArrayDeque<OutboundMessage> priority = new ArrayDeque<>();
    private final ArrayDeque<OutboundMessage> normal = new ArrayDeque<>();
    private long queuedBytes; // bytes
    private boolean sending;
    private boolean closed;
    private @Nullable FrameSender sender;

    WebSocketSendQueue(long limit) {
        this.limit = limit;
    }

    SendResult send(OutboundMessage message) {
        synchronized (this) {
            if (closed) {
                return SendResult.CLOSED;
            }
            var length = message.bytes().length;
            if (queuedBytes + length > limit + (message.isPriority() ? PRIORITY_EXTRA_BYTES : 0)) {
                return SendResult.BUSY;
            }
            queuedBytes += length;
            (message.isPriority() ? priority : normal).add(message);
        }
        pump();
        return SendResult.ACCEPTED;
    }

    /** From now on there is a way out. */
    void open(FrameSender way) {
        synchronized (this) {
            sender = way;
        }
        pump();
    }

    /** Takes nothing any more, and gives back what was not claimed. */
    synchronized List<OutboundMessage> close() {
        closed = true;
        var left = Stream.concat(priority.stream(), normal.stream()).toList();
        priority.clear();
        normal.clear();
        return left;
    }

    /** Sends until the socket takes its time; whoever is told that it is done goes on. */
    private void pump() {
        while (true) {
            OutboundMessage next;
            FrameSender way;
            synchronized (this) {
                way = sender;
                next = way == null || sending || closed ? null : priority.isEmpty() ? normal.poll() : priority.poll();
                if (next == null || way == null) {
                    return;
                }
                sending = true;
            }
            if (next.claim()) {
                way.send(next.bytes(), () -> onSent(next));
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
        queuedBytes -= sent.bytes().length;
    }
}
