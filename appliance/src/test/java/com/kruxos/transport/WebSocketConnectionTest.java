package com.kruxos.transport;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.egress.CredentialHeaders;
import com.kruxos.egress.EgressClient;
import com.kruxos.egress.RemoteEndpoint;
import com.kruxos.egress.TestEgressClients;
import com.kruxos.peers.FaultyWebSocketServer;
import com.kruxos.process.Await;
import com.kruxos.rpc.MessageLimits;
import com.kruxos.transport.DeliveryFailure.FailureKind;
import com.kruxos.transport.ServerConnection.SendResult;
import java.net.URI;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class WebSocketConnectionTest {
    private final FakeMessageListener listener = new FakeMessageListener();
    private final EgressClient client = EgressClient.of(Set.of());
    private FaultyWebSocketServer server;

    @BeforeEach
    void open() throws Exception {
        server = FaultyWebSocketServer.start();
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    private ServerConnection connect(CredentialHeaders headers) {
        return TestConnections.remote(client, new RemoteEndpoint(server.url(), headers), listener);
    }

    @Test
    void messagesAreSentAndReceivedInOrder() {
        var headers = new FakeCredentialHeaders("Bearer a");
        var connection = connect(headers);
        assertThat(connection).isInstanceOf(WebSocketConnection.class);
        connection.send(FakeOutboundMessage.initialize());
        assertThat(listener.nextMessage()).contains("serverInfo");
        for (var id = 1; id <= 1_000; id++) {
            assertThat(connection.send(FakeOutboundMessage.call(id, "echo", "{}")))
                    .isEqualTo(SendResult.ACCEPTED);
        }
        for (var id = 1; id <= 1_000; id++) {
            assertThat(listener.nextMessage()).contains("\"id\":" + id + ",");
        }
        server.broadcast("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\"}");
        assertThat(listener.nextMessage()).contains("notifications/message");
        assertThat(server.handshakes()).containsExactly("[mcp] credential");
        Await.until("the credential is released", () -> headers.released.get() == 1);
        assertThat(headers.leased).hasValue(1);
        connection.close();
        assertThat(listener.nextEnd()).isEqualTo("stopped by KruxOS");
        assertThat(connection.isAlive()).isFalse();
        assertThat(connection.send(FakeOutboundMessage.call(1, "echo", "{}"))).isEqualTo(SendResult.CLOSED);
        Await.until("the server detects the close", () -> server.openSocketCount() == 0);
        assertThat(listener.endReasons).isEmpty();
    }

    @Test
    void largeAndFragmentedMessagesAreDelivered() {
        var connection = connect(CredentialHeaders.NONE);
        connection.send(FakeOutboundMessage.call(1, "big", "{}"));
        assertThat(FakeMessageListener.next(listener.messages)).hasSizeGreaterThan(8 << 20);
        connection.send(FakeOutboundMessage.call(2, "echo", "{\"a\":\"" + "x".repeat(4 << 20) + "\"}"));
        assertThat(FakeMessageListener.next(listener.messages)).hasSizeGreaterThan(4 << 20);
        connection.send(FakeOutboundMessage.call(3, "pieces", "{}"));
        assertThat(listener.nextMessage()).contains("ä€😀");
    }

    /** Fails without {@code addToOversized}, and when the oversized message is not reset after its last frame. */
    @Test
    void anOversizedMessageIsDropped() {
        var connection = WebSocketConnection.start(
                client, new RemoteEndpoint(server.url(), CredentialHeaders.NONE), listener, MessageLimits.of(1 << 20));
        connection.send(FakeOutboundMessage.call(1, "big", "{}"));
        assertThat(FakeMessageListener.next(listener.dropped))
                .isEqualTo("1: the server sent a message of more than 1048576 bytes");
        connection.send(FakeOutboundMessage.call(2, "echo", "{}"));
        assertThat(listener.nextMessage()).contains("\"id\":2");
        assertThat(listener.messages).isEmpty();
    }

    @Test
    void anUnboundedMessageEndsTheConnection() {
        var connection = WebSocketConnection.start(
                client, new RemoteEndpoint(server.url(), CredentialHeaders.NONE), listener, MessageLimits.of(1 << 16));
        connection.send(FakeOutboundMessage.call(1, "big", "{}"));
        assertThat(listener.nextEnd()).contains("more than 65536 bytes");
        assertThat(listener.messages).isEmpty();
    }

    @Test
    void aBinaryFrameEndsTheConnection() {
        connect(CredentialHeaders.NONE).send(FakeOutboundMessage.call(1, "binary", "{}"));
        assertThat(listener.nextEnd()).contains("binary");
    }

    @Test
    void theServersCloseFrameEndsTheConnection() {
        connect(CredentialHeaders.NONE).send(FakeOutboundMessage.call(1, "close", "{}"));
        assertThat(listener.nextEnd()).contains("1000");
    }

    @Test
    void aBrokenTcpConnectionEndsTheConnection() {
        var connection = connect(CredentialHeaders.NONE);
        connection.send(FakeOutboundMessage.call(1, "hang", "{}"));
        Await.until("the call arrives", () -> server.calledTools().size() == 1);
        server.abortAll();
        assertThat(listener.nextEnd()).isNotEmpty();
        assertThat(connection.isAlive()).isFalse();
    }

    @Test
    void aRefusedCredentialFailsTheWaitingMessages() {
        server.requireToken("right");
        var headers = new FakeCredentialHeaders("Bearer wrong");
        var first = FakeOutboundMessage.initialize();
        connect(headers).send(first);
        assertThat(listener.nextEnd()).contains("401").doesNotContain("wrong");
        // A message sent before the refusal fails; one sent after it was not accepted.
        assertThat(first.failures).allMatch(failure -> failure.kind() == FailureKind.UNAUTHORIZED);
        Await.until("the credential is released", () -> headers.released.get() == 1);
        assertThat(server.handshakes()).isEmpty();
    }

    @Test
    void theAddressPolicyAppliesToWebSockets() {
        var url = URI.create("ws://rebound.example:" + server.url().getPort() + "/mcp");
        try (var withoutException = TestEgressClients.resolvingToLoopback(Set.of())) {
            TestConnections.remote(withoutException, new RemoteEndpoint(url, CredentialHeaders.NONE), listener);
            assertThat(listener.nextEnd()).contains("private_hosts:");
        }
        assertThat(server.handshakes()).isEmpty();
    }

    @Test
    void aWithdrawnMessageIsNotSent() {
        var connection = connect(CredentialHeaders.NONE);
        connection.send(FakeOutboundMessage.withdrawn("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\"}"));
        connection.send(FakeOutboundMessage.call(2, "echo", "{}"));
        assertThat(listener.nextMessage()).contains("\"id\":2");
        assertThat(server.calledTools()).containsExactly("echo");
    }
}
