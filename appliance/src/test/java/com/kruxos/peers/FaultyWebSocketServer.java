package com.kruxos.peers;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.kruxos.rpc.JsonRpcReader;
import com.kruxos.rpc.JsonRpcWriter;
import com.kruxos.rpc.Message;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.core.CloseStatus;
import org.eclipse.jetty.websocket.core.Configuration;
import org.eclipse.jetty.websocket.core.CoreSession;
import org.eclipse.jetty.websocket.core.Frame;
import org.eclipse.jetty.websocket.core.FrameHandler;
import org.eclipse.jetty.websocket.core.OpCode;
import org.eclipse.jetty.websocket.core.server.ServerUpgradeRequest;
import org.eclipse.jetty.websocket.core.server.ServerUpgradeResponse;
import org.eclipse.jetty.websocket.core.server.WebSocketNegotiator;
import org.eclipse.jetty.websocket.core.server.WebSocketUpgradeHandler;
import org.jspecify.annotations.Nullable;

/**
 * A real MCP server on a WebSocket, inside the test's process. Tools: {@code echo} (the message as it arrived),
 * {@code big} (bytes), {@code close} (closes the socket), {@code binary} (answers with a binary frame), {@code pieces}
 * (the answer in three frames, cut inside a character), {@code hang}.
 */
public final class FaultyWebSocketServer implements AutoCloseable {
    private final Server server = new Server(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    private final List<CoreSession> openSessions = new CopyOnWriteArrayList<>();
    private final List<String> handshakes = new CopyOnWriteArrayList<>();
    private final List<String> calledTools = new CopyOnWriteArrayList<>();
    private volatile @Nullable String token;

    private FaultyWebSocketServer() throws Exception {
        var upgrades = new WebSocketUpgradeHandler();
        upgrades.addMapping("/mcp", new HandshakeNegotiator());
        server.setHandler(upgrades);
        server.start();
    }

    /** Starts on a free port. */
    public static FaultyWebSocketServer start() throws Exception {
        return new FaultyWebSocketServer();
    }

    public URI url() {
        return URI.create("ws://127.0.0.1:" + ((ServerConnector) server.getConnectors()[0]).getLocalPort() + "/mcp");
    }

    /** Requires {@code Bearer <token>}; other requests get 401. */
    public void requireToken(String bearer) {
        token = bearer;
    }

    /** For each handshake the requested subprotocols and whether a credential was sent. */
    public List<String> handshakes() {
        return List.copyOf(handshakes);
    }

    /** The tools called, in order. */
    public List<String> calledTools() {
        return List.copyOf(calledTools);
    }

    public int openSocketCount() {
        return openSessions.size();
    }

    /** Sends a message on every open socket. */
    public void broadcast(String message) {
        openSessions.forEach(session -> send(session, OpCode.TEXT, true, message.getBytes(UTF_8)));
    }

    /** Aborts every socket without a close frame. */
    public void abortAll() {
        openSessions.forEach(CoreSession::abort);
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private final class HandshakeNegotiator implements WebSocketNegotiator {
        @Override
        public @Nullable FrameHandler negotiate(
                ServerUpgradeRequest request, ServerUpgradeResponse response, Callback callback) {
            var shown = request.getHeaders().get("Authorization");
            var wanted = token;
            if (wanted != null && !("Bearer " + wanted).equals(shown)) {
                response.setStatus(401);
                callback.succeeded();
                return null;
            }
            if (request.hasSubProtocol("mcp")) {
                response.setAcceptedSubProtocol("mcp");
            }
            handshakes.add(request.getSubProtocols() + (shown == null ? "" : " credential"));
            return new ConnectionHandler();
        }

        @Override
        public void customize(Configuration configuration) {
            configuration.setMaxFrameSize(0);
        }
    }

    private static void send(CoreSession session, byte code, boolean last, byte[] bytes) {
        session.sendFrame(new Frame(code, last, ByteBuffer.wrap(bytes)), Callback.NOOP, false);
    }

    private final class ConnectionHandler implements FrameHandler {
        private final ByteArrayOutputStream text = new ByteArrayOutputStream();
        private @Nullable CoreSession session;

        @Override
        public void onOpen(CoreSession opened, Callback callback) {
            session = opened;
            openSessions.add(opened);
            callback.succeeded();
            opened.demand();
        }

        @Override
        public void onFrame(Frame frame, Callback callback) {
            var bytes = new byte[frame.getPayloadLength()];
            frame.getPayload().get(bytes);
            callback.succeeded();
            var to = session;
            if (to == null || frame.getOpCode() == OpCode.CLOSE) {
                return;
            }
            if (frame.isDataFrame()) {
                text.writeBytes(bytes);
                if (frame.isFin()) {
                    onMessage(to, text.toByteArray());
                    text.reset();
                }
            }
            to.demand();
        }

        private void onMessage(CoreSession to, byte[] message) {
            if (!(JsonRpcReader.readFromServer(message) instanceof Message.Request request)) {
                return;
            }
            if (request.method().equals("initialize")) {
                send(
                        to,
                        OpCode.TEXT,
                        true,
                        JsonRpcWriter.result(
                                request.id(),
                                "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},\"serverInfo\":{\"name\":\"odd\",\"version\":\"1\"}}"));
                return;
            }
            var tool = String.valueOf(request.params().name());
            calledTools.add(tool);
            switch (tool) {
                case "close" -> to.close(CloseStatus.NORMAL, null, Callback.NOOP);
                case "hang" -> {}
                case "binary" -> send(to, OpCode.BINARY, true, textResult(request, "binary"));
                case "big" -> send(to, OpCode.TEXT, true, textResult(request, "x".repeat(8 << 20)));
                case "pieces" -> {
                    var answer = textResult(request, "ä€😀");
                    var cut = answer.length - 6;
                    send(to, OpCode.TEXT, false, java.util.Arrays.copyOfRange(answer, 0, cut));
                    send(to, OpCode.PING, true, new byte[0]);
                    send(to, OpCode.CONTINUATION, false, java.util.Arrays.copyOfRange(answer, cut, cut + 2));
                    send(to, OpCode.CONTINUATION, true, java.util.Arrays.copyOfRange(answer, cut + 2, answer.length));
                }
                default -> send(to, OpCode.TEXT, true, textResult(request, new String(message, UTF_8)));
            }
        }

        private static byte[] textResult(Message.Request request, String text) {
            return JsonRpcWriter.result(
                    request.id(), "{\"content\":[{\"type\":\"text\",\"text\":" + JsonRpcWriter.quote(text) + "}]}");
        }

        @Override
        public void onError(Throwable cause, Callback callback) {
            callback.succeeded();
        }

        @Override
        public void onClosed(CloseStatus status, Callback callback) {
            openSessions.remove(session);
            callback.succeeded();
        }
    }
}
