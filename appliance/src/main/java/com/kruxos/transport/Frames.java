package com.kruxos.transport;

import com.kruxos.transport.Connection.Sent;
import java.util.ArrayDeque;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The line of messages to one WebSocket: one at a time is with the socket, and only then claimed. What overtakes goes
 * first. For any thread.
 */
final class Frames {
    /** How a frame goes out; {@code done} may be called at once or on another thread. */
    interface Out {
        void send(byte[] text, Runnable done);
    }

    /** Room above the limit for what overtakes. */
    private static final long AHEAD_ROOM = 1 << 20;

    private final long limit;

    // Guarded by this.
    private final ArrayDeque<Outgoing> ahead = new ArrayDeque<>();
    private final ArrayDeque<Outgoing> line = new ArrayDeque<>();
    private long waiting; // bytes
    private boolean busy;
    private boolean closed;
    private @Nullable Out out;

    Frames(long limit) {
        this.limit = limit;
    }

    Sent send(Outgoing message) {
        synchronized (this) {
            if (closed) {
                return Sent.CLOSED;
            }
            var length = message.bytes().length;
            if (waiting + length > limit + (message.ahead() ? AHEAD_ROOM : 0)) {
                return Sent.BUSY;
            }
            waiting += length;
            (message.ahead() ? ahead : line).add(message);
        }
        pump();
        return Sent.ACCEPTED;
    }

    /** From now on there is a way out. */
    void open(Out way) {
        synchronized (this) {
            out = way;
        }
        pump();
    }

    /** Takes nothing any more, and gives back what was not claimed. */
    synchronized List<Outgoing> close() {
        closed = true;
        var left = Stream.concat(ahead.stream(), line.stream()).toList();
        ahead.clear();
        line.clear();
        return left;
    }

    /** Sends until the socket takes its time; whoever is told that it is done goes on. */
    private void pump() {
        while (true) {
            Outgoing next;
            Out way;
            synchronized (this) {
                way = out;
                next = way == null || busy || closed ? null : ahead.isEmpty() ? line.poll() : ahead.poll();
                if (next == null || way == null) {
                    return;
                }
                busy = true;
            }
            if (next.claim()) {
                way.send(next.bytes(), () -> done(next));
                return;
            }
            release(next);
        }
    }

    private void done(Outgoing sent) {
        release(sent);
        pump();
    }

    private synchronized void release(Outgoing sent) {
        busy = false;
        waiting -= sent.bytes().length;
    }
}
