package com.kruxos.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.config.Config;
import com.kruxos.peers.TestAppliance;
import com.kruxos.tls.Authority;
import com.kruxos.web.Secure;
import com.kruxos.web.Web;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import javax.net.SocketFactory;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** No answer of 7800 goes without its headers, whoever gives it: our pages, what stands before them, or Jetty. */
@Timeout(300)
class HeadersTest {
    private static final List<String> EVERY = List.of(
            "Content-Security-Policy: " + Headers.POLICY,
            "Permissions-Policy: " + Headers.PERMISSIONS,
            "Referrer-Policy: no-referrer",
            "X-Content-Type-Options: nosniff",
            "X-Frame-Options: DENY",
            "Cross-Origin-Opener-Policy: same-origin",
            "Cross-Origin-Resource-Policy: same-origin");

    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 (\\d{3}) .*");
    private static final String HOST = "Host: 127.0.0.1\r\n";
    private static final String FORM = "Content-Type: application/x-www-form-urlencoded\r\n";

    @TempDir
    Path folder;

    private TestAppliance trial;
    private Browser browser;

    @BeforeEach
    void start() {
        trial = TestAppliance.start(folder, Config.defaults().withNames(Set.of("box.example")));
        browser = Browser.at(trial);
    }

    @AfterEach
    void stop() {
        browser.close();
        trial.close();
    }

    @Test
    void ourPagesHaveThem() throws IOException {
        assertMarked(200, "GET /sign-in HTTP/1.1\r\n" + HOST);
        assertMarked(200, "HEAD /sign-in HTTP/1.1\r\n" + HOST);
        assertMarked(303, "GET / HTTP/1.1\r\n" + HOST);
        assertMarked(204, "GET /live HTTP/1.1\r\n" + HOST);
        assertMarked(404, "GET /nothing HTTP/1.1\r\n" + HOST);
        assertMarked(405, "TRACE / HTTP/1.1\r\n" + HOST);
        assertMarked(415, "POST /sign-in HTTP/1.1\r\nContent-Length: 0\r\n" + HOST);
        assertMarked(400, "POST /sign-in HTTP/1.1\r\n" + FORM + "Transfer-Encoding: chunked\r\n" + HOST, "zz\r\n");
        assertMarked(413, "POST /sign-in HTTP/1.1\r\n" + FORM + "Content-Length: 20000\r\n" + HOST, "x".repeat(20_000));
    }

    /** Red when Web.serve puts Marked behind KnownHosts, and without `face` in KnownHosts. */
    @Test
    void whoIsNotLetInGetsThemToo() throws IOException {
        for (var said : List.of(
                assertMarked(403, "GET / HTTP/1.1\r\nHost: elsewhere.example\r\n"),
                assertMarked(403, "GET / HTTP/1.1\r\n" + HOST + "Origin: https://elsewhere.example\r\n"))) {
            assertThat(said)
                    .contains(
                            "Content-Type: text/html; charset=utf-8", "Cache-Control: no-store", "<h1>Not allowed</h1>")
                    .contains("`names:` in kruxos.yaml.")
                    .doesNotContain("Strict-Transport-Security", "elsewhere", "Set-Cookie", "{");
        }
        var sentOn = clear("GET /agents HTTP/1.1\r\nHost: box.example\r\n\r\n");
        assertThat(sentOn).startsWith("HTTP/1.1 308 ").contains(EVERY).doesNotContain("Strict-Transport-Security");
        var foreign = clear("GET / HTTP/1.1\r\nHost: elsewhere.example\r\nConnection: close\r\n\r\n");
        assertThat(foreign).startsWith("HTTP/1.1 403 ").contains(EVERY).contains("<h1>Not allowed</h1>");
    }

    /** What Jetty refuses by itself, before any handler. Red without `face.mark` in ProblemHandler. */
    @Test
    void whatIsNotReadAsARequestGetsThemToo() throws IOException {
        for (var said : List.of(
                assertMarked(400, "GARBAGE\r\n"),
                assertMarked(400, "GET / HTTP/1.1\r\n"), // without a host
                assertMarked(400, "GET /%zz HTTP/1.1\r\n" + HOST),
                assertMarked(400, "GET /a%2Fb HTTP/1.1\r\n" + HOST),
                assertMarked(400, "POST / HTTP/1.1\r\nContent-Length: x\r\n" + HOST),
                assertMarked(400, "GET / HTTP/1.1\r\n" + HOST + HOST),
                assertMarked(505, "GET / HTTP/9.9\r\n" + HOST),
                assertMarked(414, "GET /" + "a".repeat(20_000) + " HTTP/1.1\r\n" + HOST),
                assertMarked(431, "GET / HTTP/1.1\r\n" + HOST + "X: " + "a".repeat(20_000) + "\r\n"),
                clear("GARBAGE\r\n\r\n"))) {
            assertThat(said)
                    .contains(EVERY)
                    .contains("Content-Type: text/html; charset=utf-8", "<h1>")
                    .doesNotContainIgnoringCase("jetty")
                    .doesNotContain("Exception", "docs/wire");
        }
    }

    /** Red without `face.mark` in ProblemHandler: a failure clears what was there. */
    @Test
    void whatBreaksBehindTheDoorGetsThemToo() throws IOException {
        var authority = new Authority("office", Instant.now());
        var server = authority.server(List.of("127.0.0.1"), Instant.now());
        var web = Web.bind("test", "127.0.0.1", 0, Set.of(), new Secure(() -> server, Secure.Plain.NOBODY));
        try (web) {
            web.serve(
                    new Handler.Abstract() {
                        @Override
                        public boolean handle(Request request, Response response, Callback callback) {
                            return switch (Request.getPathInContext(request)) {
                                case "/throws" -> throw new IllegalStateException("hunter2");
                                case "/fails" -> {
                                    callback.failed(new IllegalStateException("hunter2"));
                                    yield true;
                                }
                                default -> false;
                            };
                        }
                    },
                    new Front());
            var factory = Authority.trusting(authority.pem()).getSocketFactory();
            for (var path : List.of("/throws", "/fails", "/nobody")) {
                var said = exchange(
                        factory, web.port(), "GET " + path + " HTTP/1.1\r\n" + HOST + "Connection: close\r\n\r\n");
                assertThat(said)
                        .as(path)
                        .startsWith(path.equals("/nobody") ? "HTTP/1.1 404 " : "HTTP/1.1 500 ")
                        .contains(EVERY)
                        .contains("Content-Type: text/html; charset=utf-8", "<h1>")
                        .doesNotContain("hunter2", "Exception");
            }
        }
    }

    private String assertMarked(int status, String head) throws IOException {
        return assertMarked(status, head, "");
    }

    /** Of what is asked with TLS. */
    private String assertMarked(int status, String head, String body) throws IOException {
        var said =
                exchange(browser.tls().getSocketFactory(), browser.port(), head + "Connection: close\r\n\r\n" + body);
        assertThat(said).as(head).contains(EVERY);
        assertThat(said.lines().findFirst().map(STATUS::matcher))
                .as(said)
                .hasValueSatisfying(
                        line -> assertThat(line.matches() ? line.group(1) : "").isEqualTo("" + status));
        return said;
    }

    private String clear(String request) throws IOException {
        return exchange(SocketFactory.getDefault(), browser.port(), request);
    }

    private static String exchange(SocketFactory factory, int port, String request) throws IOException {
        try (var socket = factory.createSocket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return answer(socket);
        }
    }

    private static String answer(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
