package com.kruxos.transport;

import com.kruxos.transport.Connection.Sent;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The line of messages to one child, and the rule who writes them.
 *
 * <pre>
 *   FREE ──send──► a SENDER writes, its own message and what others add meanwhile ──nothing waits──► FREE
 *                     │ pipe full, or enough done for others
 *                     ▼
 *                  the WRITER thread writes and may wait for the child ──nothing waits──► FREE
 * </pre>
 *
 * Waking a thread costs more than a whole message, so as long as the child reads no thread is woken, and the writer
 * thread is not even made.
 */
final class Outbox {
    /** How many messages one sender writes before it gets back to its own business. */
    private static final int BURST = 32;

    /** Room above the limit for what overtakes, so that calls can be cancelled when the line is full. */
    private static final long AHEAD_ROOM = 1 << 20;

    /** What a ready pipe takes in one piece. */
    private static final int AT_ONCE = 4096;

    private final Outlet outlet;
    private final long limit;
    private final Consumer<String> broken;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition handedOver = lock.newCondition();

    // Guarded by the lock.
    private final ArrayDeque<Outgoing> ahead = new ArrayDeque<>();
    private final ArrayDeque<Outgoing> line = new ArrayDeque<>();
    private long waiting; // bytes
    private boolean owned; // a sender or the writer writes
    private boolean forWriter; // it is, or will be, the writer
    private boolean closed;
    private @Nullable Thread writer;

    // Touched only by the owner; ownership passes through the lock.
    private byte[] rest = {};
    private int written;

    /** @param broken told, on a writing thread, when the child can no longer be written to */
    Outbox(Outlet outlet, long limit, Consumer<String> broken) {
        this.outlet = outlet;
        this.limit = limit;
        this.broken = broken;
    }

    Sent send(Outgoing message) {
        lock.lock();
        try {
            if (closed) {
                return Sent.CLOSED;
            }
            var length = message.bytes().length;
            if (waiting + length > limit + (message.ahead() ? AHEAD_ROOM : 0)) {
                return Sent.BUSY;
            }
            waiting += length;
            (message.ahead() ? ahead : line).add(message);
            if (owned) {
                return Sent.ACCEPTED; // the owner looks here again before it leaves
            }
            owned = true;
        } finally {
            lock.unlock();
        }
        if (!pump(BURST)) {
            handOver();
        }
        return Sent.ACCEPTED;
    }

    /** Drops what waits. What was claimed before may still be half written, which no reader takes for a message. */
    void close() {
        lock.lock();
        try {
            closed = true;
            ahead.clear();
            line.clear();
            waiting = 0;
            handedOver.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void fail(String why) {
        close();
        broken.accept(why);
    }

    /** Writes as the owner. True when nothing waits and the ownership is given up; false when it is kept. */
    private boolean pump(int atMost) {
        try {
            for (var n = 0; n < atMost; n++) {
                if (!writeRest()) {
                    return false;
                }
                if (nothingWaits()) {
                    return true;
                }
                // Before the claim: a claimed message must not sit here while the child reads nothing.
                if (!outlet.ready()) {
                    return false;
                }
                rest = gather();
            }
            return writeRest() && nothingWaits();
        } catch (IOException e) {
            fail("it no longer reads its input");
            return true;
        } catch (RuntimeException | Error e) {
            // A message may be lost half-way, so nothing may follow it.
            fail("a message could not be written: " + e.getClass().getSimpleName());
            return true;
        }
    }

    /** True when nothing is left of the message being written. */
    private boolean writeRest() throws IOException {
        if (written < rest.length) {
            written += outlet.write(rest, written, rest.length - written);
        }
        if (written < rest.length) {
            return false;
        }
        rest = new byte[0];
        written = 0;
        return true;
    }

    private boolean nothingWaits() {
        lock.lock();
        try {
            if (!closed && !(ahead.isEmpty() && line.isEmpty())) {
                return false;
            }
            owned = false;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** One message of any length, or as many as surely go out at once: every write may wake the child. */
    private byte[] gather() {
        var together = new byte[0];
        for (var next = take(Integer.MAX_VALUE); next != null; next = take(AT_ONCE - together.length)) {
            if (next.claim()) {
                var frame = framed(next.bytes());
                together = together.length == 0 ? frame : joined(together, frame);
            }
        }
        return together;
    }

    private static byte[] joined(byte[] first, byte[] second) {
        var both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    /** The next message if it waits and, framed, needs no more room than this. */
    private @Nullable Outgoing take(int room) {
        lock.lock();
        try {
            var from = ahead.isEmpty() ? line : ahead;
            var next = from.peek();
            if (next == null || next.bytes().length >= room) {
                return null;
            }
            from.remove();
            waiting -= next.bytes().length;
            return next;
        } finally {
            lock.unlock();
        }
    }

    private void handOver() {
        lock.lock();
        try {
            forWriter = true;
            if (writer != null) {
                handedOver.signal();
            } else {
                writer = Thread.ofPlatform()
                        .daemon()
                        .name("child-writer")
                        .stackSize(Stacks.SMALL)
                        .start(this::write);
            }
        } catch (OutOfMemoryError e) {
            fail("no thread for it: " + e.getMessage()); // what the JDK says at the system's limit of threads
        } finally {
            lock.unlock();
        }
    }

    /** The writer thread. */
    private void write() {
        while (awaitTurn()) {
            while (!pump(Integer.MAX_VALUE)) {
                try {
                    outlet.await();
                } catch (IOException e) {
                    fail("it no longer reads its input");
                    return;
                }
            }
        }
    }

    private boolean awaitTurn() {
        lock.lock();
        try {
            while (!forWriter && !closed) {
                handedOver.awaitUninterruptibly();
            }
            forWriter = false;
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    /** A line end inside is legal JSON between tokens only, where a space means the same. */
    static byte[] framed(byte[] message) {
        var line = Arrays.copyOf(message, message.length + 1);
        for (var i = 0; i < message.length; i++) {
            if (line[i] == '\n' || line[i] == '\r') {
                line[i] = ' ';
            }
        }
        line[message.length] = '\n';
        return line;
    }
}
