package com.kruxos.cli.clients;

import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * What an entry has to say.
 *
 * @param gateway as {@code http://host:port}
 * @param variable the name of the environment variable that holds the agent's key
 * @param agent the agent's name, where it is known
 * @param shim for {@link Transport#STDIO}: the program and its arguments
 */
public record Connection(Transport transport, URI gateway, String variable, Optional<String> agent, List<String> shim) {
    /** The variable the shim reads. */
    public static final String SHIM_VARIABLE = "KRUXOS_AGENT_KEY";

    public Connection {
        shim = List.copyOf(shim);
    }

    String url() {
        var base = gateway.toString().replaceFirst("/$", "");
        return (transport == Transport.WS ? base.replaceFirst("^http", "ws") : base) + "/mcp";
    }

    /** Whether the shim gets by without a key, because it asks the appliance for a ticket. */
    boolean byTicket() {
        return transport == Transport.STDIO && agent.isPresent();
    }
}
