package com.kruxos.server;

import com.kruxos.credential.Lent;
import com.kruxos.rpc.Definition;
import com.kruxos.rpc.Kind;
import com.kruxos.transport.NetworkConnection;
import com.kruxos.transport.Remote;
import com.kruxos.transport.StdioConnection;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How a life of one server begins: what it is lent, the way to it, and what both sides say of themselves. */
final class Beginning {
    private static final String EVERYTHING = "{\"sampling\":{},\"elicitation\":{},\"roots\":{\"listChanged\":true}}";

    private final Server server;
    private final Surroundings runtime;
    private final @Nullable Client client;

    /** @param client whom it lives for; absent when it is shared */
    Beginning(Server server, Surroundings runtime, @Nullable Client client) {
        this.server = server;
        this.runtime = runtime;
        this.client = client;
    }

    Lent lend() {
        var credentials = runtime.credentials();
        return server.url() == null
                ? credentials.environment(server.space(), server.name(), server.env(), server.grants())
                : credentials.headers(server.space(), server.name(), server.headers(), server.grants());
    }

    /** Starts the program or finds the server on the network. The process id; absent for the latter. */
    @Nullable
    Long connect(Instance instance, Lent.Ready lent) {
        var url = server.url();
        if (url != null) {
            var headers = runtime.credentials().each(server.space(), server.headers());
            instance.connected(NetworkConnection.start(
                    runtime.network(), new Remote(URI.create(url), headers), instance, runtime.messages()));
            return null;
        }
        var child = StdioConnection.start(
                runtime.launch(),
                Environment.command(server, lent, runtime.launch(), runtime.homes()),
                instance,
                runtime.messages(),
                StdioConnection.WAITING_BYTES);
        instance.connected(child);
        return child.pid();
    }

    /**
     * What it lists, now that it knows us. A life for one agent reads nothing until it says that its lists have
     * changed: they are the same, and what this agent makes of them must not become what all others see.
     */
    Map<Kind, List<Definition>> introduced(Instance instance) throws Handshake.Failed {
        if (client == null) {
            return handshake(instance).open();
        }
        new Handshake(instance, runtime.version(), client.capabilities()).introduce();
        return Map.of();
    }

    /** One of its lists, later. */
    List<Definition> list(Instance instance, Kind kind) throws Handshake.Failed {
        return handshake(instance).list(kind);
    }

    /** Where agents are asked one by one, the lists are those of an agent that can be asked everything. */
    private Handshake handshake(Instance instance) {
        return new Handshake(instance, runtime.version(), server.perAgent() ? EVERYTHING : "{}");
    }
}
