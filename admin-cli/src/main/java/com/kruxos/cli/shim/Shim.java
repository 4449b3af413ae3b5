package com.kruxos.cli.shim;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Carries lines to the gateway and its messages back, over as many connections as it takes. The thread that runs it
 * connects and receives; one of its own reads the input and sends. While there is no connection that one waits with the
 * message it has, and so does the client behind it.
 */
public final class Shim {
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

    private final Gateway gateway;
    private final Keys keys;
    private final Narrowing narrowing;
    private final Lines input;
    private final Output output;
    private final Consumer<String> log;

    private final Talk talk;

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
        this.gateway = gateway;
        this.keys = keys;
        this.narrowing = new Narrowing(server);
        this.output = new Output(out);
        this.log = log;
        this.talk = new Talk(patience);
        this.input = new Lines(in, talk::longest);
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
            talk.goesOn(connection);
            Thread.ofPlatform().daemon().name("input").start(this::readInput);
            while (connection != null) {
                serve(connection);
                connection = reconnect();
            }
        } finally {
            talk.over();
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
        try (connection) {
            for (var message = connection.receive(); message != null; message = connection.receive()) {
                fromGateway(message);
            }
            if (!talk.isEnded()) {
                log.accept("the gateway closed the connection (" + connection.closeCode()
                        + (connection.reason().isEmpty() ? "" : ": " + connection.reason()) + ")");
            }
        } catch (IOException e) {
            if (!talk.isEnded()) {
                log.accept("the connection to the gateway was lost (" + e.getMessage() + ")");
            }
        } finally {
            lose();
        }
    }

    /** Nobody will answer what is under way now; the handshake is asked again by ourselves. */
    private void lose() {
        for (var id : talk.lost()) {
            output.error(
                    id,
                    LOST,
                    "the connection to the gateway was lost before the answer came",
                    "it may have been carried out all the same: look before you ask again");
        }
    }

    /** Null when the input has ended meanwhile. */
    private @Nullable Connection reconnect() {
        for (var pause = FIRST_PAUSE; talk.await(pause); pause = longer(pause)) {
            try {
                var connection = connect();
                if (resume(connection)) {
                    talk.goesOn(connection);
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
        var hello = talk.initialize();
        if (hello == null) {
            return true;
        }
        var id = talk.initializeId();
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
            if (!talk.isGreeted()) {
                fromGateway(message);
            } else if (envelope.get().isError()) {
                log.accept("the gateway refuses to go on with this client");
                return false;
            }
            var ready = talk.initialized();
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
            var asked = talk.answered(envelope.get());
            if ("tools/list".equals(asked)) {
                out = narrowing.narrowed(message, envelope.get());
            }
        } else if (envelope.isPresent() && envelope.get().isRequest()) {
            var id = envelope.get().id().orElseThrow();
            talk.askedByServer(id);
        }
        if (!output.write(out)) {
            // Nobody reads any more.
            talk.end();
            cut();
        }
    }

    private void cut() {
        var connection = talk.connection();
        if (connection != null) {
            connection.close();
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
        talk.awaitLastAnswers(LAST_ANSWERS);
        goodbye();
    }

    private void fromClient(byte[] line, boolean tooLong) {
        if (tooLong) {
            var id = Envelope.ofBeginning(line).id().orElse("null");
            output.error(
                    id,
                    TOO_LONG,
                    "the message is longer than the " + talk.longest() + " bytes that the gateway takes",
                    "send less at once");
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
        if (envelope.isAnswer() && !talk.isExpected(envelope)) {
            return;
        }
        if (method.equals("initialize")) {
            talk.initialize(line);
        } else if (method.equals("notifications/initialized")) {
            talk.initialized(line);
        }
        deliver(line, envelope.isRequest() ? envelope.id() : Optional.empty(), method);
    }

    /** Sends it, now or once there is a connection again; a message that went out whole is never sent twice. */
    private void deliver(byte[] line, Optional<String> id, String method) {
        while (true) {
            var connection = talk.awaitConnection(id, method);
            if (connection == null) {
                id.ifPresent(known -> output.error(
                        known, NOT_SENT, "the gateway cannot be reached: not sent", "is the appliance running?"));
                return;
            }
            try {
                connection.send(line);
                return;
            } catch (IOException e) {
                var open = talk.takeBack(connection, id);
                connection.close();
                if (!open) {
                    return;
                }
            }
        }
    }

    /** Closes as the protocol wants it, and cuts the connection when the gateway does not answer that. */
    private void goodbye() {
        var connection = talk.connection();
        if (connection == null) {
            return;
        }
        try {
            connection.sendClose(Connection.NORMAL);
            talk.awaitOver(FAREWELL);
        } catch (IOException e) {
            // It is gone already.
        }
        connection.close();
    }

    private static Duration longer(Duration pause) {
        var twice = pause.multipliedBy(2);
        return twice.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : twice;
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
