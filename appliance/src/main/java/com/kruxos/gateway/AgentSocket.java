package com.kruxos.gateway;

import com.kruxos.identity.Authenticated;
import com.kruxos.rpc.Codec;
import com.kruxos.session.Admission;
import com.kruxos.session.Back;
import jakarta.websocket.CloseReason;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.MessageHandler;
import jakarta.websocket.Session;
import org.jspecify.annotations.Nullable;

/** One agent's WebSocket. Public because the container insists; everything interesting is in {@link Conversation}. */
public final class AgentSocket extends Endpoint {
    private final Door door;
    private final String id;
    private final Authenticated agent;
    private final String origin;
    private @Nullable Conversation conversation;
    private @Nullable SocketLine line;
    private volatile @Nullable Pieces pieces;

    /** @param id of the session it opens */
    AgentSocket(Door door, String id, Authenticated agent, String origin) {
        this.door = door;
        this.id = id;
        this.agent = agent;
        this.origin = origin;
    }

    @Override
    public void onOpen(Session socket, EndpointConfig config) {
        socket.setMaxIdleTimeout(Door.IDLE.toMillis());
        var wire = new SocketLine(socket);
        line = wire;
        switch (door.open(id, agent, origin, wire)) {
            case Admission.Admitted(var session) -> listen(socket, wire, door.conversation(session));
            // There was room when the handshake was answered.
            case Admission.Refused refused -> {
                door.stayedAway(id, agent, origin, HttpTalks.NO_PLACE);
                NoSession.tell(wire, refused);
            }
        }
    }

    private void listen(Session socket, SocketLine wire, Conversation opened) {
        conversation = opened;
        var back = Back.along(wire);
        var coming = new Pieces(
                door.messages(agent),
                message -> opened.heard(Codec.fromAgent(message), back, Thread::startVirtualThread),
                wire::tooLong,
                wire::crowded,
                wire::cut);
        pieces = coming;
        socket.addMessageHandler(String.class, (MessageHandler.Partial<String>) coming::add);
    }

    @Override
    public void onClose(Session socket, CloseReason reason) {
        var wire = line;
        if (wire != null) {
            wire.closed();
        }
        var talk = conversation;
        if (talk != null) {
            door.left(talk, "the connection closed");
        }
        // Last: a piece that waits for memory is waited for.
        var coming = pieces;
        if (coming != null) {
            coming.forget();
        }
    }

    /** Followed by {@link #onClose}; the peer's faults are not ours to report. */
    @Override
    public void onError(Session socket, Throwable fault) {}
}
