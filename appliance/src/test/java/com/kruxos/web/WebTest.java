package com.kruxos.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.tls.Authority;
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

/** What a stranger can hold at a door that speaks TLS and plain HTTP, and who is taken for near. */
class WebTest {
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final int PATIENCE_MILLIS = 60_000;

    private final Authority authority = new Authority("office", Instant.now());
    private final SSLContext server = authority.server(List.of("localhost", "127.0.0.1"), Instant.now());

    /** Answers everybody, and knows those who ask for {@code /known}. */
    private static final class Answers extends HttpServlet {
        private static final long serialVersionUID = 1L;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            if (request.getRequestURI().equals("/known")) {
                Web.known(request);
            }
            response.getOutputStream().write((request.getScheme() + "!").getBytes(StandardCharsets.US_ASCII));
        }
    }

    /** Red when only a flag of the server is asked: it stays up while its threads hang. */
    @Test
    void aDoorWhoseThreadsHangDoesNotTurn() throws IOException {
        var hanging = new CountDownLatch(1);
        try (var door = open(new Strangers(100, LONG))) {
            assertThat(door.turns(Duration.ofMinutes(1))).isTrue();
            for (var i = 0; i < 24; i++) {
                door.run(() -> awaitFor(hanging));
            }
            assertThat(door.turns(Duration.ofMillis(200))).isFalse();
            hanging.countDown();
            assertThat(door.turns(Duration.ofMinutes(1))).isTrue();
        }
    }

    private static void awaitFor(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * A ClientHello that comes a byte at a time is never idle: red without the deadline in Strangers.opened, and the
     * known one is cut too without the unwrapping in Strangers.known.
     */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whoNeverFinishesIsCutAndWhoIsKnownIsNot(boolean tls) throws IOException {
        try (var door = open(new Strangers(100, Duration.ofSeconds(2)));
                var known = ask(door, tls, "/known");
                var slow = new Socket(InetAddress.getLoopbackAddress(), door.port())) {
            slow.setSoTimeout(PATIENCE_MILLIS);
            var begun = System.nanoTime();
            assertThat(drip(
                            slow,
                            tls
                                    ? HexFormat.of().parseHex("160301400001003ffc0303")
                                    : "GET /".getBytes(StandardCharsets.US_ASCII)))
                    .as("it was cut")
                    .isTrue();
            assertThat(System.nanoTime() - begun).isLessThan(TimeUnit.SECONDS.toNanos(25));
            assertThat(again(known)).contains(tls ? "https!" : "http!");
        }
    }

    /** Red without the cut of the eldest in Strangers.opened. */
    @Test
    void theOldestStrangerMakesRoomWhateverItSpeaks() throws IOException {
        try (var door = open(new Strangers(3, LONG));
                var known = ask(door, true, "/known");
                var oldest = ask(door, false, "/"); // answered, so it was counted before the next one came
                var second = ask(door, true, "/");
                var third = ask(door, false, "/");
                var fourth = ask(door, true, "/")) {
            assertThat(oldest.getInputStream().read()).isEqualTo(-1);
            for (var kept : List.of(known, second, third, fourth)) {
                assertThat(again(kept)).contains("!");
            }
        }
    }

    /**
     * A body that is still under way would be taken for the next request. Red without {@code Unread.discard} in
     * ProblemHandler: the one of the second line is told nothing and hung up on.
     */
    @Test
    void whoIsRefusedWhileStillSendingIsToldThatTheLineEnds() throws IOException {
        var refused = "POST / HTTP/1.1\r\nHost: elsewhere.example\r\nContent-Length: 4\r\n";
        try (var door = open(new Strangers(100, LONG));
                var whole = plain(door);
                var sending = plain(door);
                var asking = plain(door)) {
            write(whole, refused + "\r\nbody");
            assertThat(until(whole, "}")).startsWith("HTTP/1.1 403 ").doesNotContain("Connection:");
            assertThat(again(whole)).contains("!");
            write(sending, refused + "\r\nbo");
            assertThat(until(sending, "}")).startsWith("HTTP/1.1 403 ").contains("Connection: close\r\n");
            assertThat(sending.getInputStream().read()).isEqualTo(-1);
            write(asking, refused + "Expect: 100-continue\r\n\r\n");
            assertThat(until(asking, "}")).startsWith("HTTP/1.1 403 ").contains("Connection: close\r\n");
        }
    }

    private static Socket plain(Web door) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), door.port());
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    /** What a peer's address must be for plain HTTP; red when anything is added. */
    @Test
    void nearIsThisMachineAlone() {
        for (var near : List.of("127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1")) {
            assertThat(PlainNear.near(peer(near))).as(near).isTrue();
        }
        for (var far :
                List.of("192.0.2.2", "10.0.0.1", "169.254.1.1", "0.0.0.0", "::", "fe80::1", "fd00::2", "128.0.0.1")) {
            assertThat(PlainNear.near(peer(far))).as(far).isFalse();
        }
        assertThat(PlainNear.near(InetSocketAddress.createUnresolved("localhost", 1)))
                .isFalse();
        assertThat(PlainNear.near(UnixDomainSocketAddress.of("/x"))).isFalse();
    }

    private static InetSocketAddress peer(String literal) {
        return new InetSocketAddress(InetAddress.ofLiteral(literal), 1);
    }

    private Web open(Strangers strangers) {
        return Web.start(
                "test",
                "127.0.0.1",
                0,
                Set.of(),
                new Secure(() -> server, Secure.Plain.NEAR),
                context -> context.addServlet(new ServletHolder(new Answers()), "/*"),
                strangers);
    }

    /** Writes a byte now and then for ever; ends when the other side has hung up. */
    private static boolean drip(Socket socket, byte[] first) throws IOException {
        var deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
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

    /** A connection that has had one answer. */
    private Socket ask(Web door, boolean tls, String path) throws IOException {
        var socket = tls
                ? Authority.trusting(authority.pem())
                        .getSocketFactory()
                        .createSocket(InetAddress.getLoopbackAddress(), door.port())
                : plain(door);
        socket.setSoTimeout(PATIENCE_MILLIS);
        assertThat(said(socket, path)).contains("!");
        return socket;
    }

    private static String again(Socket socket) throws IOException {
        return said(socket, "/");
    }

    private static String said(Socket socket, String path) throws IOException {
        write(socket, "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
        return until(socket, "!");
    }

    private static void write(Socket socket, String request) throws IOException {
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    }

    private static String until(Socket socket, String end) throws IOException {
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
