package com.kruxos.transport;

import com.kruxos.egress.CannotConnect;
import com.kruxos.os.ThreadStackSizes;
import com.kruxos.process.ChildProcess;
import com.kruxos.process.ProcessLauncher;
import com.kruxos.process.ProcessSpec;
import com.kruxos.rpc.JsonRpcReader;
import com.kruxos.rpc.MessageLimits;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * An MCP server as a child process: one JSON message per line on its input and output.
 *
 * <p>Whatever ends it goes one way: the child is stopped, its last output is read, then {@link MessageListener#onEnd}
 * is told.
 */
public final class StdioConnection implements ServerConnection {
    /** What messages of a server may usually take: with a result of 8 MiB there is room for what is around it. */
    public static final MessageLimits DEFAULT_LIMITS = MessageLimits.of(16 << 20);

    /** How much may wait for a server that does not read. */
    public static final long MAX_QUEUED_BYTES = 32L << 20;

    private static final int INVALID_TEXT_CHARACTERS = 512;
    private static final int STDERR_CHARACTERS = 2_000;

    /** After the child's death: somebody outside its family may hold its output open. */
    private static final long OUTPUT_DRAIN_SECONDS = 2;

    private final MessageListener listener;
    private final MessageLimits messageLimits;
    private final AtomicReference<@Nullable String> endReason = new AtomicReference<>(); // null while alive
    private final AtomicBoolean endNotified = new AtomicBoolean();
    private final CountDownLatch outputRead = new CountDownLatch(1);
    private final ChildProcess child;
    private final PipeSendQueue sendQueue;

    private StdioConnection(
            ProcessLauncher launch,
            ProcessSpec command,
            MessageListener receiver,
            MessageLimits messages,
            long waitingBytes) {
        this.listener = receiver;
        this.messageLimits = messages;
        this.child = launch.start(command, this::onExit);
        this.sendQueue = new PipeSendQueue(ChildInput.of(child.stdin()), waitingBytes, this::endAsync);
    }

    /**
     * Starts the child with the usual limits.
     *
     * @throws CannotConnect when there is no such program, or it may not be run; the receiver then hears nothing
     */
    public static StdioConnection start(ProcessLauncher launch, ProcessSpec command, MessageListener receiver) {
        return start(launch, command, receiver, DEFAULT_LIMITS, MAX_QUEUED_BYTES);
    }

    /**
     * Starts it with other limits.
     *
     * @param messages what lines of its output may take; a longer one is dropped, and one without an end ends the
     *     connection. At most about twice as much memory is used, while a line is put together.
     * @param waitingBytes how much may wait to be written before {@link #send} answers BUSY
     */
    public static StdioConnection start(
            ProcessLauncher launch,
            ProcessSpec command,
            MessageListener receiver,
            MessageLimits messages,
            long waitingBytes) {
        var connection = new StdioConnection(launch, command, receiver, messages, waitingBytes);
        try {
            connection.startReaders();
            return connection;
        } catch (OutOfMemoryError e) {
            // What the JDK says at the system's limit of threads.
            connection.endNotified.set(true);
            connection.close();
            throw new CannotConnect("no thread for it: " + e.getMessage(), "raise the limit of threads (TasksMax)", e);
        }
    }

    private void startReaders() {
        Thread.ofPlatform()
                .daemon()
                .name("child-reader-" + child.pid())
                .stackSize(ThreadStackSizes.JSON_PARSING)
                .start(this::runReader);
        Thread.ofPlatform()
                .daemon()
                .name("child-stderr-" + child.pid())
                .stackSize(ThreadStackSizes.NO_CALLBACKS)
                .start(this::runStderrReader);
    }

    /** The child's process id, for people to look at. */
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
        end("it was stopped");
    }

    private void runReader() {
        var why = readAll();
        outputRead.countDown();
        end(why);
    }

    private String readAll() {
        try {
            return new LineReader(child.stdout(), messageLimits).forEach(lineHandler())
                    ? "it ended"
                    : ResponseBody.tooLongReason(messageLimits.maxBytes());
        } catch (IOException e) {
            return "its output could not be read";
        } catch (RuntimeException | Error e) {
            // Nobody would hear the server any more, so it must not look alive.
            return "its message could not be taken: " + e.getClass().getSimpleName();
        }
    }

    private LineReader.LineHandler lineHandler() {
        return new LineReader.LineHandler() {
            @Override
            public void onLine(byte[] line) {
                onOutputLine(line);
            }

            @Override
            public void onOversized(OversizedMessage line) {
                listener.onDropped(line.answeredId(), line.reason());
            }
        };
    }

    private void onOutputLine(byte[] line) {
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
            listener.onInvalidText(StderrReader.decode(line, line.length, INVALID_TEXT_CHARACTERS));
        }
    }

    private void runStderrReader() {
        try {
            new StderrReader(STDERR_CHARACTERS).forEach(child.stderr(), listener::onStderr);
        } catch (IOException e) {
            // It ended; the reader of its output says so.
        }
    }

    /** Called by a sender, who must not wait. */
    private void endAsync(String why) {
        Thread.ofVirtual().start(() -> end(why));
    }

    /** The first reason counts. */
    private void end(String why) {
        endReason.compareAndSet(null, why);
        sendQueue.close();
        if (!child.stop(ChildProcess.STOP_GRACE)) {
            notifyEnd("and could not be killed");
        }
    }

    /** Told by the launch, when the child is dead and nothing of it is left. */
    private void onExit(int status) {
        try {
            var _ = outputRead.await(OUTPUT_DRAIN_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        notifyEnd(status > 128 ? "killed by signal " + (status - 128) : "exit status " + status);
    }

    private void notifyEnd(String how) {
        if (endNotified.compareAndSet(false, true)) {
            endReason.compareAndSet(null, "it ended");
            // Who hears of the end finds nothing that still takes messages; the reader may not have come so far.
            sendQueue.close();
            listener.onEnd(endReason.get() + " (" + how + ")");
        }
    }
}
