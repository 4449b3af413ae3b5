package com.kruxos.server;

import com.kruxos.credential.ResolvedCredentials;
import com.kruxos.credential.ResolvedCredentials.LeasedCredentials;
import com.kruxos.egress.RemoteEndpoint;
import com.kruxos.rpc.FeatureDefinition;
import com.kruxos.rpc.FeatureKind;
import com.kruxos.transport.RemoteConnection;
import com.kruxos.transport.StdioConnection;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The steps that start an instance: acquire credentials, connect, initialize, list features. */
final class InstanceStarter {
    private static final String ALL_CLIENT_CAPABILITIES =
            "{\"sampling\":{},\"elicitation\":{},\"roots\":{\"listChanged\":true}}";

    private final Server server;
    private final ServerRuntime runtime;
    private final ServerDependencies dependencies;
    private final @Nullable ServerRequestRelay relay;

    /** @param relay to the session the instance belongs to; absent when the instance is shared */
    InstanceStarter(Server server, ServerRuntime runtime, @Nullable ServerRequestRelay relay) {
        this.server = server;
        this.runtime = runtime;
        this.dependencies = runtime.dependencies();
        this.relay = relay;
    }

    ResolvedCredentials acquireCredentials() {
        var credentials = dependencies.credentials();
        return server.url() == null
                ? credentials.acquireEnvironment(server.space(), server.name(), server.env(), server.grants())
                : credentials.acquireForHeaders(server.space(), server.name(), server.headers(), server.grants());
    }

    /** Starts the program, or connects to the remote server. Returns the process id, or null for a remote server. */
    @Nullable
    Long connect(Instance instance, LeasedCredentials leased) {
        var url = server.url();
        if (url != null) {
            var headers = dependencies.credentials().headersPerRequest(server.space(), server.headers());
            instance.setConnection(RemoteConnection.start(
                    dependencies.egress(),
                    new RemoteEndpoint(URI.create(url), headers),
                    instance,
                    runtime.limits().messageLimits()));
            return null;
        }
        var child = StdioConnection.start(
                dependencies.launcher(),
                ChildCommandFactory.create(server, leased, dependencies.launcher(), dependencies.serverHomes()),
                instance,
                runtime.limits().messageLimits());
        instance.setConnection(child);
        return child.pid();
    }

    /**
     * Initializes the connection and lists the features. A per-agent instance lists nothing: until it sends
     * {@code list_changed} its lists are those of the shared instance, and what one agent makes of them must not become
     * visible to the others.
     */
    Map<FeatureKind, List<FeatureDefinition>> initialize(Instance instance) throws Handshake.HandshakeFailed {
        if (relay == null) {
            return newHandshake(instance).initializeAndList();
        }
        new Handshake(instance, runtime.limits().clientVersion(), relay.capabilities()).initialize();
        return Map.of();
    }

    List<FeatureDefinition> listFeatures(Instance instance, FeatureKind kind) throws Handshake.HandshakeFailed {
        return newHandshake(instance).list(kind);
    }

    /** The lists of a per-agent server are read with all capabilities, so that they fit every agent. */
    private Handshake newHandshake(Instance instance) {
        return new Handshake(
                instance, runtime.limits().clientVersion(), server.perAgent() ? ALL_CLIENT_CAPABILITIES : "{}");
    }
}
