package com.kruxos.cli.shim;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Carries lines to the gateway and its messages back, over as many connections as it takes. The thread that runs it
 * connects and receives; one of its own reads the input and sends. While there is no connection that one waits with the
 * message it has, and so does the client behind it.
 */
public final class Shim {
    /** The most the gateway takes; over it the gateway would close the connection, and others' calls would be lost. */
    static final int LONGEST_LINE = 8 << 20;

    /** As the appliance says it: it may have been carried out. */
    private static final int LOST = -32001;

    /** Ours alone: −32002 is MCP's, for a resource that is not there, and −32003 is what the appliance refuses with. */
    private static final int NOT_SENT = -32004;

    private static final int NO_SUCH_TOOL = -32602;
    private static final int TOO_LONG = -32600;
    private static final int NOT_JSON = -32700;

    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration LAST_ANSWERS = Duration.ofSeconds(5);
    private static final Duration FAREWELL = Duration.ofSeconds(1);

    private final Duration patience;
    private final Gateway gateway;
    private final Keys keys;
    private final Narrowing narrowing;
    private final Lines input;
    private final Output output;
    private final Consumer<String> log;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // All of these under the lock.
    private final Map<String, String> underWay = new LinkedHashMap<>();
    private final Set<String> askedByServers = new HashSet<>();
    private @Nullable Connection current;
    private long lostAt;
    private boolean ended;
    private boolean over;
    private byte @Nullable [] initialize;
    private byte @Nullable [] initialized;
    private boolean initializeAnswered;

    /**
     * A shim that has not begun.
     *
     * @param server whose tools to show; empty for all
     * @param log takes sentences for a person
     */
    public Shim(
            Gateway gateway,
            Keys keys,
            Optional<String> server,
            InputStream in,
            PrintStream out,
            Consumer<String> log) {
        this(gateway, keys, server, in, out, log, PATIENCE);
    }

    /** @param patience how long messages wait for a connection */
    Shim(
            Gateway gateway,
            Keys keys,
            Optional<String> server,
            InputStream in,
            PrintStream out,
            Consumer<String> log,
            Duration patience) {
        this.patience = patience;
        this.gateway = gateway;
        this.keys = keys;
        this.narrowing = new Narrowing(server);
        this.input = new Lines(in, LONGEST_LINE);
        this.output = new Output(out);
        this.log = log;
    }

    /**
     * Returns when the input has ended and the answers are given.
     *
     * @throws IOException when the gateway cannot be reached at the beginning; later it is tried again for ever
     * @throws Refused when it does not take the credential, or is none
     */
    public void run() throws IOException {
        try {
            @Nullable Connection connection = connect();
            locked(() -> lostAt = System.nanoTime());
            Thread.ofPlatform().daemon().name("input").start(this::readInput);
            while (connection != null) {
                serve(connection);
                connection = reconnect();
            }
        } finally {
            locked(() -> over = true);
        }
    }

    private Connection connect() throws IOException {
        try {
            return gateway.open(() -> checked(keys.key(false)));
        } catch (Refused e) {
            if (e.status() != 401 || !keys.canRenew()) {
                throw e;
            }
        }
        return gateway.open(() -> checked(keys.key(true)));
    }

    private static Key checked(Key key) {
        if (!key.isOneWord()) {
            throw new Refused(401);
        }
        return key;
    }

    /** Until it falls or the gateway closes it. */
    private void serve(Connection connection) {
        locked(() -> current = connection);
        try (connection) {
            for (var message = connection.receive(); message != null; message = connection.receive()) {
                fromGateway(message);
            }
            if (!isEnded()) {
                log.accept("the gateway closed the connection (" + connection.closeCode()
                        + (connection.reason().isEmpty() ? "" : ": " + connection.reason()) + ")");
            }
        } catch (IOException e) {
            if (!isEnded()) {
                log.accept("the connection to the gateway was lost (" + e.getMessage() + ")");
            }
        } finally {
            lose();
        }
    }

    /** Nobody will answer what is under way now; the handshake is asked again by ourselves. */
    private void lose() {
        for (var id : lost()) {
            output.error(
                    id,
                    LOST,
                    "the connection to the gateway was lost before the answer came",
                    "it may have been carried out all the same: look before you ask again");
        }
    }

    private List<String> lost() {
        lock.lock();
        try {
            current = null;
            lostAt = System.nanoTime();
            askedByServers.clear();
            var again = initializeAnswered ? "" : initializeId().orElse("");
            var lost =
                    underWay.keySet().stream().filter(id -> !id.equals(again)).toList();
            underWay.keySet().removeAll(lost);
            changed.signalAll();
            return lost;
        } finally {
            lock.unlock();
        }
    }

    /** Null when the input has ended meanwhile. */
    private @Nullable Connection reconnect() {
        for (var pause = FIRST_PAUSE; await(pause); pause = longer(pause)) {
            try {
                var connection = connect();
                if (resume(connection)) {
                    log.accept("connected again");
                    return connection;
                }
                connection.close();
            } catch (IOException e) {
                // The next try may go better.
            } catch (Refused e) {
                if (!e.passes()) {
                    throw e;
                }
            }
        }
        return null;
    }

    /** Says what the client said at the beginning; the second answer is not for the client. */
    private boolean resume(Connection connection) throws IOException {
        var hello = held(() -> initialize);
        if (hello == null) {
            return true;
        }
        var id = initializeId();
        connection.send(hello);
        while (true) {
            var message = connection.receive();
            if (message == null) {
                return false;
            }
            var envelope = Envelope.of(message);
            if (envelope.isEmpty()
                    || !envelope.get().isAnswer()
                    || !envelope.get().id().equals(id)) {
                fromGateway(message);
                continue;
            }
            if (!isGreeted()) {
                fromGateway(message);
            } else if (envelope.get().isError()) {
                log.accept("the gateway refuses to go on with this client");
                return false;
            }
            var ready = held(() -> initialized);
            if (ready != null) {
                connection.send(ready);
            }
            return true;
        }
    }

    private void fromGateway(byte[] message) {
        var envelope = Envelope.of(message);
        var out = message;
        if (envelope.isPresent() && envelope.get().isAnswer()) {
            var asked = answered(envelope.get());
            if ("tools/list".equals(asked)) {
                out = narrowing.narrowed(message, envelope.get());
            }
        } else if (envelope.isPresent() && envelope.get().isRequest()) {
            var id = envelope.get().id().orElseThrow();
            locked(() -> askedByServers.add(id));
        }
        if (!output.write(out)) {
            // Nobody reads any more.
            locked(() -> ended = true);
            cut();
        }
    }

    private void cut() {
        var connection = held(() -> current);
        if (connection != null) {
            connection.close();
        }
    }

    /** What was asked. */
    private @Nullable String answered(Envelope answer) {
        lock.lock();
        try {
            var asked = answer.id().map(underWay::remove).orElse(null);
            initializeAnswered |= "initialize".equals(asked);
            changed.signalAll();
            return asked;
        } finally {
            lock.unlock();
        }
    }

    private boolean isGreeted() {
        lock.lock();
        try {
            return initializeAnswered;
        } finally {
            lock.unlock();
        }
    }

    private void readInput() {
        try {
            for (var line = input.next(); line.isPresent(); line = input.next()) {
                fromClient(line.get().bytes().value(), line.get().tooLong());
            }
        } catch (IOException e) {
            log.accept("standard input cannot be read (" + e.getMessage() + ")");
        }
        awaitLastAnswers();
        goodbye();
    }

    private void fromClient(byte[] line, boolean tooLong) {
        if (tooLong) {
            var id = Envelope.ofBeginning(line).id().orElse("null");
            output.error(id, TOO_LONG, "the message is longer than 8 MiB", "send less at once");
            return;
        }
        if (!isText(line)) {
            output.error("null", NOT_JSON, "the line is not UTF-8", "one JSON-RPC message in UTF-8 a line");
            return;
        }
        var envelope = Envelope.of(line);
        if (new String(line, 0, Math.min(line.length, 64), StandardCharsets.ISO_8859_1).isBlank()
                && envelope.isEmpty()) {
            return;
        }
        if (envelope.isEmpty()) {
            deliver(line, Optional.empty(), "");
        } else {
            route(line, envelope.get());
        }
    }

    private void route(byte[] line, Envelope envelope) {
        var method = envelope.method().orElse("");
        if (narrowing.refuses(envelope)) {
            envelope.id()
                    .ifPresent(id -> output.error(
                            id,
                            NO_SUCH_TOOL,
                            "there is no such tool here",
                            "this connection shows one server's tools"));
            return;
        }
        if (envelope.isAnswer() && !isExpected(envelope)) {
            return;
        }
        if (method.equals("initialize")) {
            locked(() -> {
                initialize = line;
                initialized = null;
                initializeAnswered = false;
            });
        } else if (method.equals("notifications/initialized")) {
            locked(() -> initialized = line);
        }
        deliver(line, envelope.isRequest() ? envelope.id() : Optional.empty(), method);
    }

    /** An answer to a server that asked over an earlier connection would reach another question. */
    private boolean isExpected(Envelope answer) {
        lock.lock();
        try {
            return answer.id().map(askedByServers::remove).orElse(false);
        } finally {
            lock.unlock();
        }
    }

    /** Sends it, now or once there is a connection again; a message that went out whole is never sent twice. */
    private void deliver(byte[] line, Optional<String> id, String method) {
        while (true) {
            var connection = awaitConnection(id, method);
            if (connection == null) {
                id.ifPresent(known -> output.error(
                        known, NOT_SENT, "the gateway cannot be reached: not sent", "is the appliance running?"));
                return;
            }
            try {
                connection.send(line);
                return;
            } catch (IOException e) {
                if (!takeBack(connection, id)) {
                    return;
                }
            }
        }
    }

    /** Registers the request with the connection it is going to; null when there is none in time. */
    private @Nullable Connection awaitConnection(Optional<String> id, String method) {
        lock.lock();
        try {
            while (current == null && !over) {
                var left = patience.toNanos() - (System.nanoTime() - lostAt);
                if (left <= 0 || changed.awaitNanos(left) <= 0) {
                    return current;
                }
            }
            if (current != null) {
                id.ifPresent(known -> underWay.put(known, method));
            }
            return current;
        } catch (InterruptedException e) {
            return null;
        } finally {
            lock.unlock();
        }
    }

    /** The frame did not go out whole. False when the request has been answered with an error meanwhile. */
    private boolean takeBack(Connection connection, Optional<String> id) {
        lock.lock();
        try {
            var open = id.isEmpty() || underWay.remove(id.get()) != null;
            if (connection.equals(current)) {
                current = null;
                lostAt = System.nanoTime();
            }
            return open;
        } finally {
            lock.unlock();
            connection.close();
        }
    }

    private void awaitLastAnswers() {
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
            var left = LAST_ANSWERS.toNanos();
            while (!underWay.isEmpty() && current != null && left > 0) {
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    /** Closes as the protocol wants it, and cuts the connection when the gateway does not answer that. */
    private void goodbye() {
        var connection = held(() -> current);
        if (connection == null) {
            return;
        }
        try {
            connection.sendClose(Connection.NORMAL);
            awaitOver();
        } catch (IOException e) {
            // It is gone already.
        }
        connection.close();
    }

    private void awaitOver() {
        lock.lock();
        try {
            var left = FAREWELL.toNanos();
            while (current != null && left > 0) {
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    /** Waits about that long; false when the input has ended. */
    private boolean await(Duration pause) {
        lock.lock();
        try {
            var left = pause.toNanos() * ThreadLocalRandom.current().nextLong(75, 125) / 100;
            while (!ended && left > 0) {
                left = changed.awaitNanos(left);
            }
            return !ended;
        } catch (InterruptedException e) {
            return false;
        } finally {
            lock.unlock();
        }
    }

    private static Duration longer(Duration pause) {
        var twice = pause.multipliedBy(2);
        return twice.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : twice;
    }

    private Optional<String> initializeId() {
        var hello = held(() -> initialize);
        return hello == null ? Optional.empty() : Envelope.of(hello).flatMap(Envelope::id);
    }

    private boolean isEnded() {
        lock.lock();
        try {
            return ended;
        } finally {
            lock.unlock();
        }
    }

    private void locked(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private interface Look<T> {
        @Nullable
        T at();
    }

    private <T> @Nullable T held(Look<T> look) {
        lock.lock();
        try {
            return look.at();
        } finally {
            lock.unlock();
        }
    }

    private static boolean isText(byte[] line) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
