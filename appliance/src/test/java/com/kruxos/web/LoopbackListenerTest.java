package com.kruxos.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.kruxos.web.http.RequestParts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Only loopback addresses are bound, and unauthenticated connections are limited. */
class LoopbackListenerTest {
    private static final Duration NO_TIMEOUT = Duration.ofMinutes(10);
    private static final int READ_TIMEOUT_MILLIS = 30_000;

    /** Responds with 200, and marks connections that request {@code /known} as authenticated. */
    private static final Handler HANDLER = new Handler.Abstract.NonBlocking() {
        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            if (RequestParts.path(request).equals("/known")) {
                LoopbackListener.markAuthenticated(request);
            }
            response.setStatus(200);
            callback.succeeded();
            return true;
        }
    };

    /** Fails without the check in LoopbackListener.bind. */
    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "192.0.2.1", "localhost", "example.org", ""})
    void onlyLoopbackAddressesAreBound(String host) {
        var refused = catchThrowableOfType(ListenFailed.class, () -> LoopbackListener.bind("api", host, 0, Set.of()));
        assertThat(refused.hint()).contains("127.0.0.1");
    }

    @Test
    void aPortInUseIsReported() {
        try (var first = LoopbackListener.bind("api", "127.0.0.1", 0, Set.of())) {
            var refused = catchThrowableOfType(
                    ListenFailed.class, () -> LoopbackListener.bind("api", "127.0.0.1", first.port(), Set.of()));
            assertThat(refused).hasMessageContaining(":" + first.port());
            assertThat(refused.hint()).contains("--port-offset");
        }
    }

    /** Fails if UnauthenticatedConnections.onOpened does not close the oldest connection. */
    @Test
    void theOldestUnauthenticatedConnectionIsClosedAtTheLimit() throws IOException {
        try (var listener = open(NO_TIMEOUT)) {
            var sockets = new ArrayList<Socket>();
            try {
                sockets.add(connectAndRequest(listener, "/known"));
                for (var i = 0; i <= LoopbackListener.MAX_UNAUTHENTICATED; i++) {
                    sockets.add(connectAndRequest(listener, "/"));
                }
                assertThat(sockets.get(1).getInputStream().read()).isEqualTo(-1);
                for (var kept : List.of(sockets.getFirst(), sockets.getLast())) {
                    assertThat(requestAgain(kept)).startsWith("HTTP/1.1 200");
                }
            } finally {
                for (var socket : sockets) {
                    socket.close();
                }
            }
        }
    }

    /** Fails without the deadline in UnauthenticatedConnections.onOpened, or without markAuthenticated. */
    @Test
    void onlyUnauthenticatedConnectionsTimeOut() throws IOException {
        try (var listener = open(Duration.ofMillis(500));
                var known = connectAndRequest(listener, "/known");
                var stranger = new Socket(InetAddress.getLoopbackAddress(), listener.port())) {
            stranger.setSoTimeout(READ_TIMEOUT_MILLIS);
            assertThat(stranger.getInputStream().read()).isEqualTo(-1);
            assertThat(requestAgain(known)).startsWith("HTTP/1.1 200");
        }
    }

    private static LoopbackListener open(Duration stranger) {
        var listener = LoopbackListener.bind("api", "127.0.0.1", 0, Set.of(), stranger);
        listener.serve(HANDLER);
        return listener;
    }

    /** A connection that has received one response. */
    private static Socket connectAndRequest(LoopbackListener listener, String path) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), listener.port());
        socket.setSoTimeout(READ_TIMEOUT_MILLIS);
        writeRequest(socket, path);
        assertThat(readHead(socket)).startsWith("HTTP/1.1 200");
        return socket;
    }

    private static String requestAgain(Socket socket) throws IOException {
        writeRequest(socket, "/");
        return readHead(socket);
    }

    private static void writeRequest(Socket socket, String path) throws IOException {
        var request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    }

    private static String readHead(Socket socket) throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            var next = socket.getInputStream().read();
            if (next < 0) {
                return head + " (cut)";
            }
            head.append((char) next);
        }
        return head.toString();
    }
}
