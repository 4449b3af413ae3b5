package com.kruxos.gateway;

import jakarta.websocket.Extension;
import jakarta.websocket.server.ServerEndpointConfig;
import java.util.List;

/** The configuration of one upgrade: the endpoint exists already, because it holds its agent. */
final class AgentWebSocketConfig extends ServerEndpointConfig.Configurator {
    private final AgentWebSocket socket;

    private AgentWebSocketConfig(AgentWebSocket socket) {
        this.socket = socket;
    }

    static ServerEndpointConfig of(AgentWebSocket socket) {
        return ServerEndpointConfig.Builder.create(AgentWebSocket.class, "/mcp")
                .subprotocols(List.of("mcp"))
                .configurator(new AgentWebSocketConfig(socket))
                .build();
    }

    @Override
    public <T> T getEndpointInstance(Class<T> type) {
        return type.cast(socket);
    }

    /** No compression: its buffers need more memory than the rest of an idle session. */
    @Override
    public List<Extension> getNegotiatedExtensions(List<Extension> installed, List<Extension> requested) {
        return List.of();
    }

    /** Host and Origin were checked before the key. */
    @Override
    public boolean checkOrigin(String origin) {
        return true;
    }
}
