package com.kruxos.gateway;

import com.kruxos.identity.AuthenticatedAgent;
import com.kruxos.rpc.JsonRpcReader;
import com.kruxos.session.Responder;
import com.kruxos.session.SessionOpenResult;
import jakarta.websocket.CloseReason;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.MessageHandler;
import jakarta.websocket.Session;
import org.jspecify.annotations.Nullable;

/**
 * One agent's WebSocket. Public because the container insists; everything interesting is in {@link McpSessionHandler}.
 */
public final class AgentWebSocket extends Endpoint {
    private final AgentAdmission admission;
    private final String sessionId;
    private final AuthenticatedAgent agent;
    private final String origin;
    private @Nullable McpSessionHandler sessionHandler;
    private @Nullable AgentWebSocketConnection connection;
    private volatile @Nullable MessageAssembler assembler;

    /** @param id of the session it opens */
    AgentWebSocket(AgentAdmission door, String id, AuthenticatedAgent agent, String origin) {
        this.admission = door;
        this.sessionId = id;
        this.agent = agent;
        this.origin = origin;
    }

    @Override
    public void onOpen(Session socket, EndpointConfig config) {
        socket.setMaxIdleTimeout(AgentAdmission.IDLE_TIMEOUT.toMillis());
        var wire = new AgentWebSocketConnection(socket);
        connection = wire;
        switch (admission.open(sessionId, agent, origin, wire)) {
            case SessionOpenResult.SessionOpened(var session) ->
                startSession(socket, wire, admission.newSessionHandler(session));
            // There was room when the handshake was answered.
            case SessionOpenResult.SessionRefused refused -> {
                admission.recordSessionNotOpened(sessionId, agent, origin, McpHttpSessions.NOT_OPENED_REASON);
                SessionRefusalReply.send(wire, refused);
            }
        }
    }

    private void startSession(Session socket, AgentWebSocketConnection wire, McpSessionHandler opened) {
        sessionHandler = opened;
        var back = Responder.over(wire);
        var coming = new MessageAssembler(
                admission.limitsFor(agent),
                message -> opened.onMessage(JsonRpcReader.readFromAgent(message), back, Thread::startVirtualThread),
                wire::closeMessageTooLarge,
                wire::closeOutOfMemory,
                wire::abort);
        assembler = coming;
        socket.addMessageHandler(String.class, (MessageHandler.Partial<String>) coming::add);
    }

    @Override
    public void onClose(Session socket, CloseReason reason) {
        var wire = connection;
        if (wire != null) {
            wire.onClosed();
        }
        var talk = sessionHandler;
        if (talk != null) {
            admission.endSession(talk, "the connection closed");
        }
        // Last: a piece that waits for memory is waited for.
        var coming = assembler;
        if (coming != null) {
            coming.close();
        }
    }

    /** Followed by {@link #onClose}; the peer's faults are not ours to report. */
    @Override
    public void onError(Session socket, Throwable fault) {}
}
