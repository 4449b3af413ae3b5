package com.kruxos.transport;

import com.kruxos.rpc.Allowance;
import com.kruxos.rpc.Codec;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * An MCP server as a child process: one JSON message per line on its input and output.
 *
 * <p>Whatever ends it goes one way: the child is stopped, its last output is read, then {@link Receiver#ended} is told.
 */
public final class StdioConnection implements Connection {
    /** What messages of a server may usually take: with a result of 8 MiB there is room for what is around it. */
    public static final Allowance MESSAGES = Allowance.of(16 << 20);

    /** How much may wait for a server that does not read. */
    public static final long WAITING_BYTES = 32L << 20;

    private static final int NOISE_CHARACTERS = 512;
    private static final int STDERR_CHARACTERS = 2_000;

    /** After the child's death: somebody outside its family may hold its output open. */
    private static final long LAST_OUTPUT_SECONDS = 2;

    private final Receiver receiver;
    private final Allowance messages;
    private final AtomicReference<@Nullable String> reason = new AtomicReference<>(); // null while alive
    private final AtomicBoolean told = new AtomicBoolean();
    private final CountDownLatch allRead = new CountDownLatch(1);
    private final Child child;
    private final Outbox outbox;

    private StdioConnection(Launch launch, Command command, Receiver receiver, Allowance messages, long waitingBytes) {
        this.receiver = receiver;
        this.messages = messages;
        this.child = launch.start(command, this::exited);
        this.outbox = new Outbox(Outlet.of(child.stdin()), waitingBytes, this::endSoon);
    }

    /**
     * Starts the child with the usual limits.
     *
     * @throws CannotStart when there is no such program, or it may not be run; the receiver then hears nothing
     */
    public static StdioConnection start(Launch launch, Command command, Receiver receiver) {
        return start(launch, command, receiver, MESSAGES, WAITING_BYTES);
    }

    /**
     * Starts it with other limits.
     *
     * @param messages what lines of its output may take; a longer one is dropped, and one without an end ends the
     *     connection. At most about twice as much memory is used, while a line is put together.
     * @param waitingBytes how much may wait to be written before {@link #send} answers BUSY
     */
    public static StdioConnection start(
            Launch launch, Command command, Receiver receiver, Allowance messages, long waitingBytes) {
        var connection = new StdioConnection(launch, command, receiver, messages, waitingBytes);
        try {
            connection.listen();
            return connection;
        } catch (OutOfMemoryError e) {
            // What the JDK says at the system's limit of threads.
            connection.told.set(true);
            connection.close();
            throw new CannotStart("no thread for it: " + e.getMessage(), "raise the limit of threads (TasksMax)", e);
        }
    }

    private void listen() {
        Thread.ofPlatform()
                .daemon()
                .name("child-reader-" + child.pid())
                .stackSize(Stacks.READER)
                .start(this::read);
        Thread.ofPlatform()
                .daemon()
                .name("child-stderr-" + child.pid())
                .stackSize(Stacks.SMALL)
                .start(this::readErrors);
    }

    /** The child's process id, for people to look at. */
    public long pid() {
        return child.pid();
    }

    @Override
    public Sent send(Outgoing message) {
        return outbox.send(message);
    }

    @Override
    public boolean alive() {
        return reason.get() == null;
    }

    @Override
    public void close() {
        end("it was stopped");
    }

    private void read() {
        var why = readAll();
        allRead.countDown();
        end(why);
    }

    private String readAll() {
        try {
            return new Lines(child.stdout(), messages).forEach(sink())
                    ? "it ended"
                    : Answer.tooLong(messages.longest());
        } catch (IOException e) {
            return "its output could not be read";
        } catch (RuntimeException | Error e) {
            // Nobody would hear the server any more, so it must not look alive.
            return "its message could not be taken: " + e.getClass().getSimpleName();
        }
    }

    private Lines.Sink sink() {
        return new Lines.Sink() {
            @Override
            public void line(byte[] line) {
                take(line);
            }

            @Override
            public void dropped(Excess line) {
                receiver.dropped(line.answered(), line.why());
            }
        };
    }

    private void take(byte[] line) {
        var first = 0;
        while (first < line.length && (line[first] == ' ' || line[first] == '\t')) {
            first++;
        }
        if (first == line.length) {
            return;
        }
        if (line[first] == '{') {
            receiver.message(line, Codec.fromServer(line));
        } else {
            receiver.noise(Grumble.text(line, line.length, NOISE_CHARACTERS));
        }
    }

    private void readErrors() {
        try {
            new Grumble(STDERR_CHARACTERS).forEach(child.stderr(), receiver::stderr);
        } catch (IOException e) {
            // It ended; the reader of its output says so.
        }
    }

    /** Called by a sender, who must not wait. */
    private void endSoon(String why) {
        Thread.ofVirtual().start(() -> end(why));
    }

    /** The first reason counts. */
    private void end(String why) {
        reason.compareAndSet(null, why);
        outbox.close();
        if (!child.stop(Child.GRACE)) {
            tell("and could not be killed");
        }
    }

    /** Told by the launch, when the child is dead and nothing of it is left. */
    private void exited(int status) {
        try {
            var _ = allRead.await(LAST_OUTPUT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        tell(status > 128 ? "killed by signal " + (status - 128) : "exit status " + status);
    }

    private void tell(String how) {
        if (told.compareAndSet(false, true)) {
            reason.compareAndSet(null, "it ended");
            // Who hears of the end finds nothing that still takes messages; the reader may not have come so far.
            outbox.close();
            receiver.ended(reason.get() + " (" + how + ")");
        }
    }
}
