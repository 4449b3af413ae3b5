package com.kruxos.cli.clients;

import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * The content of an entry.
 *
 * @param gateway as {@code http://host:port}
 * @param keyVariable the name of the environment variable that holds the agent's key
 * @param agent the agent's name, where it is known
 * @param shimCommand for {@link ClientTransport#STDIO}: the program and its arguments
 */
public record EntrySpec(
        ClientTransport transport, URI gateway, String keyVariable, Optional<String> agent, List<String> shimCommand) {
    /** The variable that the shim reads. */
    public static final String SHIM_KEY_VARIABLE = "KRUXOS_AGENT_KEY";

    public EntrySpec {
        shimCommand = List.copyOf(shimCommand);
    }

    String url() {
        var base = gateway.toString().replaceFirst("/$", "");
        return (transport == ClientTransport.WS ? base.replaceFirst("^http", "ws") : base) + "/mcp";
    }

    /** Whether the shim needs no key, because it gets a ticket from the appliance. */
    boolean usesTicket() {
        return transport == ClientTransport.STDIO && agent.isPresent();
    }
}
