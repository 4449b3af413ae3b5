package com.kruxos.transport;

import com.kruxos.os.ThreadStackSizes;
import com.kruxos.transport.ServerConnection.SendResult;
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
final class PipeSendQueue {
    /** How many messages one sender writes before it gets back to its own business. */
    private static final int MAX_WRITES_PER_SENDER = 32;

    /** Room above the limit for what overtakes, so that calls can be cancelled when the line is full. */
    private static final long PRIORITY_EXTRA_BYTES = 1 << 20;

    /** What a ready pipe takes in one piece. */
    private static final int ATOMIC_WRITE_BYTES = 4096;

    private final ChildInput input;
    private final long limit;
    private final Consumer<String> onBroken;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition handedOver = lock.newCondition();

    // Guarded by the lock.
    private final ArrayDeque<OutboundMessage> priority = new ArrayDeque<>();
    private final ArrayDeque<OutboundMessage> normal = new ArrayDeque<>();
    private long queuedBytes; // bytes
    private boolean owned; // a sender or the writer writes
    private boolean forWriter; // it is, or will be, the writer
    private boolean closed;
    private @Nullable Thread writer;

    // Touched only by the owner; ownership passes through the lock.
    private byte[] remaining = {};
    private int written;

    /** @param broken told, on a writing thread, when the child can no longer be written to */
    PipeSendQueue(ChildInput outlet, long limit, Consumer<String> broken) {
        this.input = outlet;
        this.limit = limit;
        this.onBroken = broken;
    }

    SendResult send(OutboundMessage message) {
        lock.lock();
        try {
            if (closed) {
                return SendResult.CLOSED;
            }
            var length = message.bytes().length;
            if (queuedBytes + length > limit + (message.isPriority() ? PRIORITY_EXTRA_BYTES : 0)) {
                return SendResult.BUSY;
            }
            queuedBytes += length;
            (message.isPriority() ? priority : normal).add(message);
            if (owned) {
                return SendResult.ACCEPTED; // the owner looks here again before it leaves
            }
            owned = true;
        } finally {
            lock.unlock();
        }
        if (!pump(MAX_WRITES_PER_SENDER)) {
            handOverToWriter();
        }
        return SendResult.ACCEPTED;
    }

    /** Drops what waits. What was claimed before may still be half written, which no reader takes for a message. */
    void close() {
        lock.lock();
        try {
            closed = true;
            priority.clear();
            normal.clear();
            queuedBytes = 0;
            handedOver.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void fail(String why) {
        close();
        onBroken.accept(why);
    }

    /** Writes as the owner. True when nothing waits and the ownership is given up; false when it is kept. */
    private boolean pump(int atMost) {
        try {
            for (var n = 0; n < atMost; n++) {
                if (!writeRemaining()) {
                    return false;
                }
                if (releaseIfEmpty()) {
                    return true;
                }
                // Before the claim: a claimed message must not sit here while the child reads nothing.
                if (!input.isWritable()) {
                    return false;
                }
                remaining = nextWrite();
            }
            return writeRemaining() && releaseIfEmpty();
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
    private boolean writeRemaining() throws IOException {
        if (written < remaining.length) {
            written += input.write(remaining, written, remaining.length - written);
        }
        if (written < remaining.length) {
            return false;
        }
        remaining = new byte[0];
        written = 0;
        return true;
    }

    private boolean releaseIfEmpty() {
        lock.lock();
        try {
            if (!closed && !(priority.isEmpty() && normal.isEmpty())) {
                return false;
            }
            owned = false;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** One message of any length, or as many as surely go out at once: every write may wake the child. */
    private byte[] nextWrite() {
        var together = new byte[0];
        for (var next = pollUpTo(Integer.MAX_VALUE);
                next != null;
                next = pollUpTo(ATOMIC_WRITE_BYTES - together.length)) {
            if (next.claim()) {
                var frame = toLine(next.bytes());
                together = together.length == 0 ? frame : concat(together, frame);
            }
        }
        return together;
    }

    private static byte[] concat(byte[] first, byte[] second) {
        var both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    /** The next message if it waits and, framed, needs no more room than this. */
    private @Nullable OutboundMessage pollUpTo(int room) {
        lock.lock();
        try {
            var from = priority.isEmpty() ? normal : priority;
            var next = from.peek();
            if (next == null || next.bytes().length >= room) {
                return null;
            }
            from.remove();
            queuedBytes -= next.bytes().length;
            return next;
        } finally {
            lock.unlock();
        }
    }

    private void handOverToWriter() {
        lock.lock();
        try {
            forWriter = true;
            if (writer != null) {
                handedOver.signal();
            } else {
                writer = Thread.ofPlatform()
                        .daemon()
                        .name("child-writer")
                        .stackSize(ThreadStackSizes.NO_CALLBACKS)
                        .start(this::runWriter);
            }
        } catch (OutOfMemoryError e) {
            fail("no thread for it: " + e.getMessage()); // what the JDK says at the system's limit of threads
        } finally {
            lock.unlock();
        }
    }

    /** The writer thread. */
    private void runWriter() {
        while (awaitTurn()) {
            while (!pump(Integer.MAX_VALUE)) {
                try {
                    input.awaitWritable();
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
    static byte[] toLine(byte[] message) {
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
