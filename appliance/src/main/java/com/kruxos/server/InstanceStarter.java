package com.kruxos.server;

import com.kruxos.credential.ResolvedCredentials;
import com.kruxos.egress.RemoteEndpoint;
import com.kruxos.rpc.FeatureDefinition;
import com.kruxos.rpc.FeatureKind;
import com.kruxos.transport.RemoteConnection;
import com.kruxos.transport.StdioConnection;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How a life of one server begins: what it is lent, the way to it, and what both sides say of themselves. */
final class InstanceStarter {
    private static final String ALL_CLIENT_CAPABILITIES =
            "{\"sampling\":{},\"elicitation\":{},\"roots\":{\"listChanged\":true}}";

    private final Server server;
    private final ServerDependencies dependencies;
    private final @Nullable ServerRequestRelay relay;

    /** @param client whom it lives for; absent when it is shared */
    InstanceStarter(Server server, ServerDependencies runtime, @Nullable ServerRequestRelay client) {
        this.server = server;
        this.dependencies = runtime;
        this.relay = client;
    }

    ResolvedCredentials acquireCredentials() {
        var credentials = dependencies.credentials();
        return server.url() == null
                ? credentials.acquireEnvironment(server.space(), server.name(), server.env(), server.grants())
                : credentials.acquireForHeaders(server.space(), server.name(), server.headers(), server.grants());
    }

    /** Starts the program or finds the server on the network. The process id; absent for the latter. */
    @Nullable
    Long connect(Instance instance, ResolvedCredentials.LeasedCredentials lent) {
        var url = server.url();
        if (url != null) {
            var headers = dependencies.credentials().headersPerRequest(server.space(), server.headers());
            instance.setConnection(RemoteConnection.start(
                    dependencies.egress(),
                    new RemoteEndpoint(URI.create(url), headers),
                    instance,
                    dependencies.messageLimits()));
            return null;
        }
        var child = StdioConnection.start(
                dependencies.launcher(),
                ChildCommandFactory.create(server, lent, dependencies.launcher(), dependencies.serverHomes()),
                instance,
                dependencies.messageLimits());
        instance.setConnection(child);
        return child.pid();
    }

    /**
     * What it lists, now that it knows us. A life for one agent reads nothing until it says that its lists have
     * changed: they are the same, and what this agent makes of them must not become what all others see.
     */
    Map<FeatureKind, List<FeatureDefinition>> initialize(Instance instance) throws Handshake.HandshakeFailed {
        if (relay == null) {
            return newHandshake(instance).initializeAndList();
        }
        new Handshake(instance, dependencies.clientVersion(), relay.capabilities()).initialize();
        return Map.of();
    }

    /** One of its lists, later. */
    List<FeatureDefinition> listFeatures(Instance instance, FeatureKind kind) throws Handshake.HandshakeFailed {
        return newHandshake(instance).list(kind);
    }

    /** Where agents are asked one by one, the lists are those of an agent that can be asked everything. */
    private Handshake newHandshake(Instance instance) {
        return new Handshake(
                instance, dependencies.clientVersion(), server.perAgent() ? ALL_CLIENT_CAPABILITIES : "{}");
    }
}
