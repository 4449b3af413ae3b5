package com.kruxos.gateway;

import com.kruxos.rpc.JsonRpcReader;
import com.kruxos.session.Caller;
import com.kruxos.session.Responder;
import com.kruxos.session.SessionOpenResult;
import jakarta.websocket.CloseReason;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.MessageHandler;
import jakarta.websocket.Session;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One agent's WebSocket. Public because the container requires it. */
public final class AgentWebSocket extends Endpoint {
    /** A connection without a frame for this long is closed. We ping more often, so a live peer always answers. */
    private static final Duration IDLE_TIMEOUT = Duration.ofMinutes(2);

    private final AgentAdmission admission;
    private final WebSocketSettings settings;
    private final Caller caller;
    private com.kruxos.session.@Nullable Session session;
    private @Nullable AgentWebSocketConnection connection;
    private volatile @Nullable MessageAssembler assembler;

    /** @param caller one whose session is {@linkplain AgentAdmission#start started} */
    AgentWebSocket(AgentAdmission admission, WebSocketSettings settings, Caller caller) {
        this.admission = admission;
        this.settings = settings;
        this.caller = caller;
    }

    @Override
    public void onOpen(Session socket, EndpointConfig config) {
        socket.setMaxIdleTimeout(IDLE_TIMEOUT.toMillis());
        var opened = new AgentWebSocketConnection(socket, settings.sendBufferLimit());
        connection = opened;
        switch (admission.open(caller, opened)) {
            case SessionOpenResult.SessionOpened(var started) -> receive(socket, opened, started);
            // The limit was reached between the handshake and now.
            case SessionOpenResult.SessionRefused refused -> SessionRefusalReply.send(opened, refused);
        }
    }

    private void receive(Session socket, AgentWebSocketConnection opened, com.kruxos.session.Session started) {
        session = started;
        var handler = settings.service().newHandler(started);
        var responder = Responder.over(opened);
        var messages = new MessageAssembler(
                settings.messageLimits().apply(caller),
                message ->
                        handler.onMessage(JsonRpcReader.readFromAgent(message), responder, Thread::startVirtualThread),
                opened);
        assembler = messages;
        socket.addMessageHandler(String.class, (MessageHandler.Partial<String>) messages::add);
    }

    @Override
    public void onClose(Session socket, CloseReason reason) {
        var closed = connection;
        if (closed != null) {
            closed.onClosed();
        }
        var ended = session;
        if (ended != null) {
            admission.end(ended, "the connection closed");
        }
        // Last, because it waits for a piece that waits for memory.
        var messages = assembler;
        if (messages != null) {
            messages.close();
        }
    }

    /** {@link #onClose} follows. Errors of the peer are not logged. */
    @Override
    public void onError(Session socket, Throwable error) {}
}
