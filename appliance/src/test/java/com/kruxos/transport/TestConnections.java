package com.kruxos.transport;

import com.kruxos.egress.EgressClient;
import com.kruxos.egress.RemoteEndpoint;
import com.kruxos.process.ProcessLauncher;
import com.kruxos.process.ProcessSpec;
import com.kruxos.rpc.MessageLimits;

/** Opens connections of a given transport with the usual limits. */
public final class TestConnections {
    static final MessageLimits LIMITS = MessageLimits.of(16 << 20);

    private TestConnections() {}

    static StreamableHttpConnection streamableHttp(
            EgressClient client, RemoteEndpoint endpoint, MessageListener listener) {
        return streamableHttp(client, endpoint, listener, LIMITS);
    }

    static StreamableHttpConnection streamableHttp(
            EgressClient client, RemoteEndpoint endpoint, MessageListener listener, MessageLimits limits) {
        client.prepare(endpoint);
        return new StreamableHttpConnection(client, endpoint, listener, limits, (status, message) -> false);
    }

    static SseConnection sse(EgressClient client, RemoteEndpoint endpoint, MessageListener listener) {
        var connection = new SseConnection(client, endpoint, listener, LIMITS, new SseConnection.OpenListener() {
            @Override
            public void onOpen() {}

            @Override
            public boolean onOpenFailure(String reason) {
                return false;
            }
        });
        connection.open();
        return connection;
    }

    static ServerConnection remote(EgressClient client, RemoteEndpoint endpoint, MessageListener listener) {
        return RemoteConnection.start(client, endpoint, listener, LIMITS);
    }

    /** For the tests of launchers, too, which check that nothing of a connection is leaked. */
    public static StdioConnection stdio(ProcessLauncher launcher, ProcessSpec spec, MessageListener listener) {
        return StdioConnection.start(launcher, spec, listener, LIMITS);
    }
}
