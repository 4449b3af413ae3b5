package com.kruxos.transport;

import com.kruxos.os.ThreadStackSizes;
import com.kruxos.transport.ServerConnection.SendResult;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The send queue of one child process, and the rule which thread writes.
 *
 * <pre>
 *   FREE ──send──► a SENDER writes its own message and those queued meanwhile ──queue empty──► FREE
 *                     │ pipe full, or enough written for others
 *                     ▼
 *                  the WRITER thread writes, and may block on the child ──queue empty──► FREE
 * </pre>
 *
 * Waking a thread costs more than writing a message. So while the child reads, senders write themselves, and the writer
 * thread is not even created.
 */
final class PipeSendQueue {
    /** How many writes a sender does before it returns to its caller. */
    private static final int MAX_WRITES_PER_SENDER = 32;

    /** PIPE_BUF: what a writable pipe takes without splitting. */
    private static final int ATOMIC_WRITE_BYTES = 4096;

    private final ChildInput input;
    private final Consumer<String> onBroken;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition handedOver = lock.newCondition();

    // Guarded by the lock.
    private final OutboundQueue queue;
    private boolean owned; // by a sender or the writer
    private boolean forWriter; // the writer owns it, or is about to
    private boolean closed;
    private @Nullable Thread writer;

    // Touched by the owner only; the lock orders a change of owner.
    private byte[] remaining = {};
    private int written;

    /** @param onBroken called with a reason, on a writing thread, when the child's input is broken */
    PipeSendQueue(ChildInput input, long maxBytes, Consumer<String> onBroken) {
        this.input = input;
        this.queue = new OutboundQueue(maxBytes);
        this.onBroken = onBroken;
    }

    SendResult send(OutboundMessage message) {
        lock.lock();
        try {
            if (closed) {
                return SendResult.CLOSED;
            }
            if (!queue.offer(message)) {
                return SendResult.BUSY;
            }
            if (owned) {
                return SendResult.ACCEPTED; // the owner checks the queue again before it releases it
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

    /**
     * Drops queued messages. A message claimed before may be half written; no reader takes half a line for a message.
     */
    void close() {
        lock.lock();
        try {
            closed = true;
            queue.drain();
            handedOver.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void fail(String reason) {
        close();
        onBroken.accept(reason);
    }

    /** Writes as the owner. True when the queue is empty and the ownership released; false when it is kept. */
    private boolean pump(int maxWrites) {
        try {
            for (var n = 0; n < maxWrites; n++) {
                if (!writeRemaining()) {
                    return false;
                }
                if (releaseIfEmpty()) {
                    return true;
                }
                // Checked before the claim: a claimed message must not wait here while the child reads nothing.
                if (!input.isWritable()) {
                    return false;
                }
                remaining = nextWrite();
            }
            return writeRemaining() && releaseIfEmpty();
        } catch (IOException e) {
            fail("the process closed its input");
            return true;
        } catch (RuntimeException | Error e) {
            // A message may be half written, so nothing may follow it.
            fail("a message could not be written (" + e.getClass().getSimpleName() + ")");
            return true;
        }
    }

    /** True when the current write is complete. */
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
            if (!closed && !queue.isEmpty()) {
                return false;
            }
            owned = false;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** One message of any length, or several that fit into one atomic write, since each write may wake the child. */
    private byte[] nextWrite() {
        var together = new byte[0];
        for (var next = pollUpTo(Integer.MAX_VALUE);
                next != null;
                next = pollUpTo(ATOMIC_WRITE_BYTES - together.length)) {
            if (next.claim()) {
                var line = toLine(next.bytes());
                together = together.length == 0 ? line : concat(together, line);
            }
        }
        return together;
    }

    private static byte[] concat(byte[] first, byte[] second) {
        var both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    /** The next message if its line is at most this long. */
    private @Nullable OutboundMessage pollUpTo(int maxLineBytes) {
        lock.lock();
        try {
            var next = queue.peek();
            if (next == null || next.bytes().length >= maxLineBytes) {
                return null;
            }
            queue.poll();
            queue.release(next);
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
                        .stackSize(ThreadStackSizes.SMALL)
                        .start(this::runWriter);
            }
        } catch (OutOfMemoryError e) {
            fail("no thread could be started: " + e.getMessage()); // the JDK's error at the limit of threads
        } finally {
            lock.unlock();
        }
    }

    private void runWriter() {
        while (awaitTurn()) {
            while (!pump(Integer.MAX_VALUE)) {
                try {
                    input.awaitWritable();
                } catch (IOException e) {
                    fail("the process closed its input");
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

    /** Appends a line break. Line breaks inside JSON occur between tokens only, where a space means the same. */
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
