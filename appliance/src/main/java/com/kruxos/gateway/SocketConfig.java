package com.kruxos.gateway;

import jakarta.websocket.Extension;
import jakarta.websocket.server.ServerEndpointConfig;
import java.util.List;

/** How one upgrade is made: the endpoint is there already and holds its agent. */
final class SocketConfig extends ServerEndpointConfig.Configurator {
    private final AgentSocket socket;

    private SocketConfig(AgentSocket socket) {
        this.socket = socket;
    }

    static ServerEndpointConfig of(AgentSocket socket) {
        return ServerEndpointConfig.Builder.create(AgentSocket.class, "/mcp")
                .subprotocols(List.of("mcp"))
                .configurator(new SocketConfig(socket))
                .build();
    }

    @Override
    public <T> T getEndpointInstance(Class<T> type) {
        return type.cast(socket);
    }

    /** No compression: its windows cost more than all the rest of a held session. */
    @Override
    public List<Extension> getNegotiatedExtensions(List<Extension> installed, List<Extension> requested) {
        return List.of();
    }

    /** Host and Origin were checked before the key was. */
    @Override
    public boolean checkOrigin(String origin) {
        return true;
    }
}
