package com.kruxos.transport;

import com.kruxos.os.ThreadStackSizes;
import com.kruxos.process.CannotStart;
import com.kruxos.process.ChildProcess;
import com.kruxos.process.ProcessLauncher;
import com.kruxos.process.ProcessSpec;
import com.kruxos.rpc.JsonRpcReader;
import com.kruxos.rpc.MessageLimits;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A server as a child process: one JSON message per line on its standard input and output.
 *
 * <p>Whatever ends it, the steps are the same: the child is stopped, the rest of its output is read, then
 * {@link MessageListener#onEnd} is called.
 */
public final class StdioConnection implements ServerConnection {
    private static final int STDERR_CHARACTERS = 2_000;

    /** After the child's exit: a process that left its tree may hold its output open. */
    private static final long OUTPUT_DRAIN_SECONDS = 2;

    private final MessageListener listener;
    private final MessageLimits messageLimits;
    private final AtomicReference<@Nullable String> endReason = new AtomicReference<>(); // null while alive
    private final AtomicBoolean endNotified = new AtomicBoolean();
    private final CountDownLatch outputRead = new CountDownLatch(1);
    private final ChildProcess child;
    private final PipeSendQueue sendQueue;

    private StdioConnection(
            ProcessLauncher launcher,
            ProcessSpec spec,
            MessageListener listener,
            MessageLimits messageLimits,
            long maxQueuedBytes) {
        this.listener = listener;
        this.messageLimits = messageLimits;
        this.child = launcher.start(spec, this::onExit);
        this.sendQueue = new PipeSendQueue(ChildInput.of(child.stdin()), maxQueuedBytes, this::endAsync);
    }

    /**
     * Starts the child.
     *
     * @param messageLimits for lines of its output: a longer one is dropped, an unbounded one ends the connection.
     *     About twice as much memory is used while a line is assembled.
     * @throws CannotStart when the program is missing or cannot be run; the listener is then not called
     */
    public static StdioConnection start(
            ProcessLauncher launcher, ProcessSpec spec, MessageListener listener, MessageLimits messageLimits) {
        return start(launcher, spec, listener, messageLimits, SendLimit.MAX_QUEUED_BYTES);
    }

    /** @param maxQueuedBytes how much may wait to be written before {@link #send} returns BUSY */
    static StdioConnection start(
            ProcessLauncher launcher,
            ProcessSpec spec,
            MessageListener listener,
            MessageLimits messageLimits,
            long maxQueuedBytes) {
        var connection = new StdioConnection(launcher, spec, listener, messageLimits, maxQueuedBytes);
        try {
            connection.startReaders();
            return connection;
        } catch (OutOfMemoryError e) {
            // The JDK's error at the limit of threads.
            connection.endNotified.set(true);
            connection.close();
            throw new CannotStart(
                    "no thread could be started: " + e.getMessage(), "raise the limit of threads (TasksMax)", e);
        }
    }

    private void startReaders() {
        Thread.ofPlatform()
                .daemon()
                .name("child-reader-" + child.pid())
                .stackSize(ThreadStackSizes.LARGE)
                .start(this::runReader);
        Thread.ofPlatform()
                .daemon()
                .name("child-stderr-" + child.pid())
                .stackSize(ThreadStackSizes.SMALL)
                .start(this::runStderrReader);
    }

    /** The child's process id, for display. */
    public long pid() {
        return child.pid();
    }

    @Override
    public SendResult send(OutboundMessage message) {
        return sendQueue.send(message);
    }

    @Override
    public boolean isAlive() {
        return endReason.get() == null;
    }

    @Override
    public void close() {
        end("stopped by KruxOS");
    }

    private void runReader() {
        var reason = readAll();
        outputRead.countDown();
        end(reason);
    }

    private String readAll() {
        try {
            return LineReader.readAll(child.stdout(), messageLimits, new OutputHandler())
                    ? "the process ended"
                    : ResponseBody.tooLongReason(messageLimits.maxBytes());
        } catch (IOException e) {
            return "the output of the process could not be read";
        } catch (RuntimeException | Error e) {
            // The output is no longer read, so the connection must not look alive.
            return MessageDispatcher.processingFailed(e);
        }
    }

    private final class OutputHandler implements LineReader.LineHandler {
        @Override
        public void onLine(byte[] line) {
            var first = 0;
            while (first < line.length && (line[first] == ' ' || line[first] == '\t')) {
                first++;
            }
            if (first == line.length) {
                return;
            }
            if (line[first] == '{') {
                listener.onMessage(line, JsonRpcReader.readFromServer(line));
            } else {
                listener.onInvalidText(
                        StderrReader.decode(line, line.length, MessageDispatcher.INVALID_TEXT_CHARACTERS));
            }
        }

        @Override
        public void onOversized(OversizedMessage line) {
            listener.onDropped(line.answeredId(), line.reason());
        }
    }

    private void runStderrReader() {
        try {
            StderrReader.readAll(child.stderr(), STDERR_CHARACTERS, listener::onStderr);
        } catch (IOException e) {
            // The process has ended, which the reader of its output reports.
        }
    }

    /** For a sender, which must not block. */
    private void endAsync(String reason) {
        Thread.ofVirtual().start(() -> end(reason));
    }

    /** The first reason is kept. */
    private void end(String reason) {
        endReason.compareAndSet(null, reason);
        sendQueue.close();
        if (!child.stop(ChildProcess.STOP_GRACE)) {
            notifyEnd("could not be killed");
        }
    }

    /** Called by the launcher when the child has exited and nothing of it is left. */
    private void onExit(int status) {
        DeliverySignal.await(outputRead, OUTPUT_DRAIN_SECONDS);
        notifyEnd(status > 128 ? "killed by signal " + (status - 128) : "exit status " + status);
    }

    private void notifyEnd(String detail) {
        if (endNotified.compareAndSet(false, true)) {
            endReason.compareAndSet(null, "the process ended");
            // The reader may not have got to end() yet: after onEnd no message may be accepted.
            sendQueue.close();
            listener.onEnd(endReason.get() + " (" + detail + ")");
        }
    }
}
