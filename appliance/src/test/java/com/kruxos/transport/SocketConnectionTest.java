package com.kruxos.transport;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.peers.OddSocketServer;
import com.kruxos.rpc.Allowance;
import com.kruxos.transport.Connection.Sent;
import com.kruxos.transport.Failure.Kind;
import java.net.InetAddress;
import java.net.URI;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class SocketConnectionTest {
    private final FakeReceiver heard = new FakeReceiver();
    private final Network network = Network.of(Set.of());
    private OddSocketServer server;

    @BeforeEach
    void open() throws Exception {
        server = OddSocketServer.start();
    }

    @AfterEach
    void close() {
        network.close();
        server.close();
    }

    private Connection connection(Headers headers) {
        return NetworkConnection.start(network, new Remote(server.url(), headers), heard);
    }

    @Test
    void messagesGoAndComeInOrder() {
        var headers = new FakeHeaders("Bearer a");
        var connection = connection(headers);
        assertThat(connection).isInstanceOf(SocketConnection.class);
        connection.send(FakeOutgoing.initialize());
        assertThat(heard.nextMessage()).contains("serverInfo");
        for (var id = 1; id <= 1_000; id++) {
            assertThat(connection.send(FakeOutgoing.call(id, "echo", "{}"))).isEqualTo(Sent.ACCEPTED);
        }
        for (var id = 1; id <= 1_000; id++) {
            assertThat(heard.nextMessage()).contains("\"id\":" + id + ",");
        }
        server.tell("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\"}");
        assertThat(heard.nextMessage()).contains("notifications/message");
        assertThat(server.opened()).containsExactly("[mcp] credential");
        Await.until("given back", () -> headers.back.get() == 1);
        assertThat(headers.lent).hasValue(1);
        connection.close();
        assertThat(heard.end()).isEqualTo("it was stopped");
        assertThat(connection.alive()).isFalse();
        assertThat(connection.send(FakeOutgoing.call(1, "echo", "{}"))).isEqualTo(Sent.CLOSED);
        Await.until("the server sees it", () -> server.sockets() == 0);
        assertThat(heard.ends).isEmpty();
    }

    @Test
    void bigOnesBothWaysAndPieces() {
        var connection = connection(Headers.NONE);
        connection.send(FakeOutgoing.call(1, "big", "{}"));
        assertThat(FakeReceiver.next(heard.messages)).hasSizeGreaterThan(8 << 20);
        connection.send(FakeOutgoing.call(2, "echo", "{\"a\":\"" + "x".repeat(4 << 20) + "\"}"));
        assertThat(FakeReceiver.next(heard.messages)).hasSizeGreaterThan(4 << 20);
        connection.send(FakeOutgoing.call(3, "pieces", "{}"));
        assertThat(heard.nextMessage()).contains("ä€😀");
    }

    /** Red without {@code exceed}, and when the excess stays behind its last frame. */
    @Test
    void aMessageThatIsTooLongIsDropped() {
        var connection =
                SocketConnection.start(network, new Remote(server.url(), Headers.NONE), heard, Allowance.of(1 << 20));
        connection.send(FakeOutgoing.call(1, "big", "{}"));
        assertThat(FakeReceiver.next(heard.dropped)).isEqualTo("1: it sent a message of more than 1048576 bytes");
        connection.send(FakeOutgoing.call(2, "echo", "{}"));
        assertThat(heard.nextMessage()).contains("\"id\":2");
        assertThat(heard.messages).isEmpty();
    }

    @Test
    void aMessageWithoutAnEndEndsIt() {
        var connection =
                SocketConnection.start(network, new Remote(server.url(), Headers.NONE), heard, Allowance.of(1 << 16));
        connection.send(FakeOutgoing.call(1, "big", "{}"));
        assertThat(heard.end()).contains("more than 65536 bytes");
        assertThat(heard.messages).isEmpty();
    }

    @Test
    void aBinaryFrameEndsIt() {
        connection(Headers.NONE).send(FakeOutgoing.call(1, "binary", "{}"));
        assertThat(heard.end()).contains("binary");
    }

    @Test
    void theServersCloseEndsIt() {
        connection(Headers.NONE).send(FakeOutgoing.call(1, "close", "{}"));
        assertThat(heard.end()).contains("1000");
    }

    @Test
    void aBrokenLineEndsIt() {
        var connection = connection(Headers.NONE);
        connection.send(FakeOutgoing.call(1, "hang", "{}"));
        Await.until("there", () -> server.calls().size() == 1);
        server.cut();
        assertThat(heard.end()).isNotEmpty();
        assertThat(connection.alive()).isFalse();
    }

    @Test
    void aRefusedCredentialIsToldToWhoeverWaits() {
        server.require("right");
        var headers = new FakeHeaders("Bearer wrong");
        var first = FakeOutgoing.initialize();
        connection(headers).send(first);
        assertThat(heard.end()).contains("401").doesNotContain("wrong");
        // Sent before the refusal it is told, sent after it was not taken.
        assertThat(first.failures).allMatch(failure -> failure.kind() == Kind.UNAUTHORIZED);
        Await.until("given back", () -> headers.back.get() == 1);
        assertThat(server.opened()).isEmpty();
    }

    @Test
    void addressesAreVettedHereToo() {
        VettedResolver.Lookup lookup = host -> new InetAddress[] {InetAddress.getLoopbackAddress()};
        var url = URI.create("ws://rebound.example:" + server.url().getPort() + "/mcp");
        try (var strict = new Network(new Vetting(Set.of()), lookup, null)) {
            SocketConnection.start(strict, new Remote(url, Headers.NONE), heard);
            assertThat(heard.end()).contains("private_hosts:");
        }
        assertThat(server.opened()).isEmpty();
    }

    @Test
    void aWithdrawnMessageIsNotSent() {
        var connection = connection(Headers.NONE);
        connection.send(FakeOutgoing.unwanted("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\"}"));
        connection.send(FakeOutgoing.call(2, "echo", "{}"));
        assertThat(heard.nextMessage()).contains("\"id\":2");
        assertThat(server.calls()).containsExactly("echo");
    }
}
