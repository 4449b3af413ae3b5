package com.kruxos.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.tls.TestCertificateAuthority;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The limits of unauthenticated connections with TLS and plain HTTP, and who may use plain HTTP. */
class HttpListenerTest {
    private static final Duration NO_TIMEOUT = Duration.ofMinutes(10);
    private static final int READ_TIMEOUT_MILLIS = 60_000;

    private final TestCertificateAuthority authority = new TestCertificateAuthority("office", Instant.now());
    private final SSLContext serverContext = authority.serverContext(List.of("localhost", "127.0.0.1"), Instant.now());

    /** Responds with the scheme, and marks connections that request {@code /known} as authenticated. */
    private static final class SchemeServlet extends HttpServlet {
        private static final long serialVersionUID = 1L;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            if (request.getRequestURI().equals("/known")) {
                HttpListener.markAuthenticated(request);
            }
            response.getOutputStream().write((request.getScheme() + "!").getBytes(StandardCharsets.US_ASCII));
        }
    }

    /** Fails if only the state of the server is checked: it stays started while its threads hang. */
    @Test
    void aListenerWithHangingThreadsIsNotResponsive() throws IOException {
        var hanging = new CountDownLatch(1);
        try (var listener = open(new UnauthenticatedConnections(100, NO_TIMEOUT))) {
            assertThat(listener.isResponsive(Duration.ofMinutes(1))).isTrue();
            for (var i = 0; i < 24; i++) {
                listener.runOnPool(() -> awaitLatch(hanging));
            }
            assertThat(listener.isResponsive(Duration.ofMillis(200))).isFalse();
            hanging.countDown();
            assertThat(listener.isResponsive(Duration.ofMinutes(1))).isTrue();
        }
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * A ClientHello that arrives byte by byte is never idle. Fails without the deadline in
     * UnauthenticatedConnections.onOpened; without the unwrapping in markAuthenticated the authenticated connection is
     * closed, too.
     */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void slowUnauthenticatedConnectionsTimeOut(boolean tls) throws IOException {
        try (var listener = open(new UnauthenticatedConnections(100, Duration.ofSeconds(2)));
                var known = connectAndRequest(listener, tls, "/known");
                var slow = new Socket(InetAddress.getLoopbackAddress(), listener.port())) {
            slow.setSoTimeout(READ_TIMEOUT_MILLIS);
            var begun = System.nanoTime();
            assertThat(dripUntilClosed(
                            slow,
                            tls
                                    ? HexFormat.of().parseHex("160301400001003ffc0303")
                                    : "GET /".getBytes(StandardCharsets.US_ASCII)))
                    .as("it was cut")
                    .isTrue();
            assertThat(System.nanoTime() - begun).isLessThan(TimeUnit.SECONDS.toNanos(25));
            assertThat(requestAgain(known)).contains(tls ? "https!" : "http!");
        }
    }

    /** Fails if UnauthenticatedConnections.onOpened does not close the oldest connection. */
    @Test
    void theOldestUnauthenticatedConnectionIsClosedWithAnyProtocol() throws IOException {
        try (var listener = open(new UnauthenticatedConnections(3, NO_TIMEOUT));
                var known = connectAndRequest(listener, true, "/known");
                var oldest =
                        connectAndRequest(listener, false, "/"); // answered, so it was counted before the next one came
                var second = connectAndRequest(listener, true, "/");
                var third = connectAndRequest(listener, false, "/");
                var fourth = connectAndRequest(listener, true, "/")) {
            assertThat(oldest.getInputStream().read()).isEqualTo(-1);
            for (var kept : List.of(known, second, third, fourth)) {
                assertThat(requestAgain(kept)).contains("!");
            }
        }
    }

    /**
     * The rest of the body would be taken for the next request. Fails without UnreadBody.discardAvailable in
     * ProblemErrorHandler.
     */
    @Test
    void aRefusalBeforeTheEndOfTheBodyClosesTheConnection() throws IOException {
        var refused = "POST / HTTP/1.1\r\nHost: elsewhere.example\r\nContent-Length: 4\r\n";
        try (var listener = open(new UnauthenticatedConnections(100, NO_TIMEOUT));
                var whole = connectPlain(listener);
                var sending = connectPlain(listener);
                var asking = connectPlain(listener)) {
            writeText(whole, refused + "\r\nbody");
            assertThat(readUntil(whole, "}")).startsWith("HTTP/1.1 403 ").doesNotContain("Connection:");
            assertThat(requestAgain(whole)).contains("!");
            writeText(sending, refused + "\r\nbo");
            assertThat(readUntil(sending, "}")).startsWith("HTTP/1.1 403 ").contains("Connection: close\r\n");
            assertThat(sending.getInputStream().read()).isEqualTo(-1);
            writeText(asking, refused + "Expect: 100-continue\r\n\r\n");
            assertThat(readUntil(asking, "}")).startsWith("HTTP/1.1 403 ").contains("Connection: close\r\n");
        }
    }

    private static Socket connectPlain(HttpListener listener) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), listener.port());
        socket.setSoTimeout(READ_TIMEOUT_MILLIS);
        return socket;
    }

    /** The addresses that may use plain HTTP; fails if one is added. */
    @Test
    void onlyLoopbackAddressesMayUsePlainHttp() {
        for (var near : List.of("127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1")) {
            assertThat(RequireTlsHandler.isLoopback(addressOf(near))).as(near).isTrue();
        }
        for (var far :
                List.of("192.0.2.2", "10.0.0.1", "169.254.1.1", "0.0.0.0", "::", "fe80::1", "fd00::2", "128.0.0.1")) {
            assertThat(RequireTlsHandler.isLoopback(addressOf(far))).as(far).isFalse();
        }
        assertThat(RequireTlsHandler.isLoopback(InetSocketAddress.createUnresolved("localhost", 1)))
                .isFalse();
        assertThat(RequireTlsHandler.isLoopback(UnixDomainSocketAddress.of("/x")))
                .isFalse();
    }

    private static InetSocketAddress addressOf(String literal) {
        return new InetSocketAddress(InetAddress.ofLiteral(literal), 1);
    }

    private HttpListener open(UnauthenticatedConnections strangers) {
        return HttpListener.start(
                "test",
                "127.0.0.1",
                0,
                Set.of(),
                new TlsSettings(serverContext, TlsSettings.PlainHttp.LOOPBACK_ONLY),
                context -> context.addServlet(new ServletHolder(new SchemeServlet()), "/*"),
                strangers);
    }

    /** Writes a byte every 100 ms; returns true when the peer has closed the connection. */
    private static boolean dripUntilClosed(Socket socket, byte[] first) throws IOException {
        var deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(READ_TIMEOUT_MILLIS);
        try {
            for (var at = 0; System.nanoTime() < deadline; at++) {
                socket.getOutputStream().write(at < first.length ? first[at] : 'x');
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
            }
            return false;
        } catch (SocketException e) {
            return true;
        }
    }

    /** A connection that has received one response. */
    private Socket connectAndRequest(HttpListener listener, boolean tls, String path) throws IOException {
        var socket = tls
                ? TestCertificateAuthority.trustingContext(authority.pem())
                        .getSocketFactory()
                        .createSocket(InetAddress.getLoopbackAddress(), listener.port())
                : connectPlain(listener);
        socket.setSoTimeout(READ_TIMEOUT_MILLIS);
        assertThat(requestPath(socket, path)).contains("!");
        return socket;
    }

    private static String requestAgain(Socket socket) throws IOException {
        return requestPath(socket, "/");
    }

    private static String requestPath(Socket socket, String path) throws IOException {
        writeText(socket, "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
        return readUntil(socket, "!");
    }

    private static void writeText(Socket socket, String request) throws IOException {
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    }

    private static String readUntil(Socket socket, String end) throws IOException {
        var answer = new StringBuilder();
        while (answer.indexOf(end) < 0) {
            var next = socket.getInputStream().read();
            if (next < 0) {
                throw new AssertionError("hung up after: " + answer);
            }
            answer.append((char) next);
        }
        return answer.toString();
    }
}
