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
 * Forwards lines to the gateway and messages back, and reconnects when the connection is lost. The calling thread
 * connects and receives; a second thread reads the input and sends. Without a connection the second thread waits, so
 * the client waits too.
 */
public final class Shim {
    /** The appliance's code for a lost call, which may have been executed. */
    private static final int CONNECTION_LOST = -32001;

    /** Used by the shim only: −32002 is MCP's "resource not found", −32003 the appliance's "refused". */
    private static final int NOT_SENT = -32004;

    private static final int INVALID_PARAMS = -32602;
    private static final int INVALID_REQUEST = -32600;
    private static final int PARSE_ERROR = -32700;

    private static final Duration FIRST_DELAY = Duration.ofMillis(100);
    private static final Duration MAX_DELAY = Duration.ofSeconds(10);
    private static final Duration MAX_WAIT = Duration.ofSeconds(30);
    private static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

    private final GatewayConnector connector;
    private final AgentCredentials credentials;
    private final ToolFilter toolFilter;
    private final BoundedLineReader input;
    private final MessageWriter output;
    private final Consumer<String> log;

    private final ConversationState state;

    /**
     * Creates the shim; {@link #run} starts it.
     *
     * @param server the server whose tools are offered; empty for all
     * @param log receives messages for the user
     */
    public Shim(
            GatewayConnector gateway,
            AgentCredentials keys,
            Optional<String> server,
            InputStream in,
            PrintStream out,
            Consumer<String> log) {
        this(gateway, keys, server, in, out, log, MAX_WAIT);
    }

    /** @param patience how long messages wait for a connection */
    Shim(
            GatewayConnector gateway,
            AgentCredentials keys,
            Optional<String> server,
            InputStream in,
            PrintStream out,
            Consumer<String> log,
            Duration patience) {
        this.connector = gateway;
        this.credentials = keys;
        this.toolFilter = new ToolFilter(server);
        this.output = new MessageWriter(out);
        this.log = log;
        this.state = new ConversationState(patience);
        this.input = new BoundedLineReader(in, state::maxMessageBytes);
    }

    /**
     * Returns after the end of the input, when the pending responses have arrived.
     *
     * @throws IOException when the first connection fails; later ones are retried without end
     * @throws HandshakeRejected when the gateway rejects the credential or is not a gateway
     */
    public void run() throws IOException {
        try {
            @Nullable GatewayConnection connection = connect();
            state.setConnection(connection);
            Thread.ofPlatform().daemon().name("input").start(this::readInput);
            while (connection != null) {
                receiveMessages(connection);
                connection = reconnect();
            }
        } finally {
            state.terminate();
        }
    }

    private GatewayConnection connect() throws IOException {
        try {
            return connector.open(() -> requireValid(credentials.next(false)));
        } catch (HandshakeRejected e) {
            if (e.status() != 401 || !credentials.isRenewable()) {
                throw e;
            }
        }
        return connector.open(() -> requireValid(credentials.next(true)));
    }

    private static ShimCredential requireValid(ShimCredential key) {
        if (!key.isValidHeaderValue()) {
            throw new HandshakeRejected(401);
        }
        return key;
    }

    /** Returns when the connection is lost or closed. */
    private void receiveMessages(GatewayConnection connection) {
        try (connection) {
            for (var message = connection.receive(); message != null; message = connection.receive()) {
                handleGatewayMessage(message);
            }
            if (!state.isInputEnded()) {
                log.accept("the gateway closed the connection (" + connection.closeCode()
                        + (connection.closeReason().isEmpty() ? "" : ": " + connection.closeReason()) + ")");
            }
        } catch (IOException e) {
            if (!state.isInputEnded()) {
                log.accept("the connection to the gateway was lost (" + e.getMessage() + ")");
            }
        } finally {
            failPendingRequests();
        }
    }

    /** Answers pending requests with an error; the handshake is repeated instead. */
    private void failPendingRequests() {
        for (var id : state.disconnect()) {
            output.writeError(
                    id,
                    CONNECTION_LOST,
                    "the connection to the gateway was lost before the response arrived",
                    "it may have been executed: check before you retry");
        }
    }

    /** Null when the input has ended. */
    private @Nullable GatewayConnection reconnect() {
        for (var pause = FIRST_DELAY; state.awaitRetry(pause); pause = nextDelay(pause)) {
            try {
                var connection = connect();
                if (replayHandshake(connection)) {
                    state.setConnection(connection);
                    log.accept("reconnected");
                    return connection;
                }
                connection.close();
            } catch (IOException e) {
                // Retry.
            } catch (HandshakeRejected e) {
                if (!e.isTransient()) {
                    throw e;
                }
            }
        }
        return null;
    }

    /** Repeats the client's handshake; the client does not get the second response. */
    private boolean replayHandshake(GatewayConnection connection) throws IOException {
        var hello = state.initializeRequest();
        if (hello == null) {
            return true;
        }
        var id = state.initializeRequestId();
        connection.send(hello);
        while (true) {
            var message = connection.receive();
            if (message == null) {
                return false;
            }
            var envelope = ShimMessage.parse(message);
            if (envelope.isEmpty()
                    || !envelope.get().isResponse()
                    || !envelope.get().id().equals(id)) {
                handleGatewayMessage(message);
                continue;
            }
            if (!state.isInitialized()) {
                handleGatewayMessage(message);
            } else if (envelope.get().isError()) {
                log.accept("the gateway rejected the repeated initialize request");
                return false;
            }
            var ready = state.initializedNotification();
            if (ready != null) {
                connection.send(ready);
            }
            return true;
        }
    }

    private void handleGatewayMessage(byte[] message) {
        var envelope = ShimMessage.parse(message);
        var out = message;
        if (envelope.isPresent() && envelope.get().isResponse()) {
            var asked = state.completeRequest(envelope.get());
            if ("tools/list".equals(asked)) {
                out = toolFilter.filterList(message, envelope.get());
            }
        } else if (envelope.isPresent() && envelope.get().isRequest()) {
            var id = envelope.get().id().orElseThrow();
            state.addServerRequest(id);
        }
        if (!output.write(out)) {
            // The client has closed its input.
            state.endInput();
            dropConnection();
        }
    }

    private void dropConnection() {
        var connection = state.currentConnection();
        if (connection != null) {
            connection.close();
        }
    }

    private void readInput() {
        try {
            for (var line = input.readLine(); line.isPresent(); line = input.readLine()) {
                handleClientLine(line.get().bytes().value(), line.get().tooLong());
            }
        } catch (IOException e) {
            log.accept("cannot read standard input (" + e.getMessage() + ")");
        }
        state.awaitPendingResponses(DRAIN_TIMEOUT);
        closeNormally();
    }

    private void handleClientLine(byte[] line, boolean tooLong) {
        if (tooLong) {
            var id = ShimMessage.parsePrefix(line).id().orElse("null");
            output.writeError(
                    id,
                    INVALID_REQUEST,
                    "the message is longer than the " + state.maxMessageBytes() + " bytes that the gateway accepts",
                    "send a smaller message");
            return;
        }
        if (!isUtf8(line)) {
            output.writeError(
                    "null", PARSE_ERROR, "the line is not UTF-8", "send one JSON-RPC message in UTF-8 per line");
            return;
        }
        var envelope = ShimMessage.parse(line);
        if (new String(line, 0, Math.min(line.length, 64), StandardCharsets.ISO_8859_1).isBlank()
                && envelope.isEmpty()) {
            return;
        }
        if (envelope.isEmpty()) {
            sendWhenConnected(line, Optional.empty(), "");
        } else {
            routeMessage(line, envelope.get());
        }
    }

    private void routeMessage(byte[] line, ShimMessage envelope) {
        var method = envelope.method().orElse("");
        if (toolFilter.rejects(envelope)) {
            envelope.id()
                    .ifPresent(id -> output.writeError(
                            id, INVALID_PARAMS, "unknown tool", "this connection offers the tools of one server only"));
            return;
        }
        if (envelope.isResponse() && !state.removeServerRequest(envelope)) {
            return;
        }
        if (method.equals("initialize")) {
            state.setInitializeRequest(line);
        } else if (method.equals("notifications/initialized")) {
            state.setInitializedNotification(line);
        }
        sendWhenConnected(line, envelope.isRequest() ? envelope.id() : Optional.empty(), method);
    }

    /** Sends the message, if needed after a reconnect. A message that was sent completely is never sent twice. */
    private void sendWhenConnected(byte[] line, Optional<String> id, String method) {
        while (true) {
            var connection = state.awaitConnection(id, method);
            if (connection == null) {
                id.ifPresent(known -> output.writeError(
                        known,
                        NOT_SENT,
                        "the gateway is unreachable: the request was not sent",
                        "check that the appliance runs"));
                return;
            }
            try {
                connection.send(line);
                return;
            } catch (IOException e) {
                var open = state.undoRequest(connection, id);
                connection.close();
                if (!open) {
                    return;
                }
            }
        }
    }

    /** Performs the closing handshake, then closes the connection even without an answer. */
    private void closeNormally() {
        var connection = state.currentConnection();
        if (connection == null) {
            return;
        }
        try {
            connection.sendClose();
            state.awaitDisconnect(CLOSE_TIMEOUT);
        } catch (IOException e) {
            // Already closed.
        }
        connection.close();
    }

    private static Duration nextDelay(Duration pause) {
        var twice = pause.multipliedBy(2);
        return twice.compareTo(MAX_DELAY) > 0 ? MAX_DELAY : twice;
    }

    private static boolean isUtf8(byte[] line) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
