package com.kruxos.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.config.Config;
import com.kruxos.peers.TestAppliance;
import com.kruxos.tls.TestCertificateAuthority;
import com.kruxos.web.HttpListener;
import com.kruxos.web.TlsSettings;
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

/** Every response of port 7800 has the security headers: pages, refusals of earlier handlers, and errors of Jetty. */
@Timeout(300)
class SecurityHeadersTest {
    private static final List<String> ALL_HEADERS = List.of(
            "Content-Security-Policy: " + SecurityHeaders.CONTENT_SECURITY_POLICY,
            "Permissions-Policy: " + SecurityHeaders.PERMISSIONS_POLICY,
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

    private TestAppliance appliance;
    private DashboardClient browser;

    @BeforeEach
    void start() {
        appliance = TestAppliance.start(folder, Config.defaults().withHostNames(Set.of("box.example")));
        browser = DashboardClient.connect(appliance);
    }

    @AfterEach
    void stop() {
        browser.close();
        appliance.close();
    }

    @Test
    void pagesHaveTheSecurityHeaders() throws IOException {
        assertHeaders(200, "GET /sign-in HTTP/1.1\r\n" + HOST);
        assertHeaders(200, "HEAD /sign-in HTTP/1.1\r\n" + HOST);
        assertHeaders(303, "GET / HTTP/1.1\r\n" + HOST);
        assertHeaders(204, "GET /live HTTP/1.1\r\n" + HOST);
        assertHeaders(404, "GET /nothing HTTP/1.1\r\n" + HOST);
        assertHeaders(405, "TRACE / HTTP/1.1\r\n" + HOST);
        assertHeaders(415, "POST /sign-in HTTP/1.1\r\nContent-Length: 0\r\n" + HOST);
        assertHeaders(400, "POST /sign-in HTTP/1.1\r\n" + FORM + "Transfer-Encoding: chunked\r\n" + HOST, "zz\r\n");
        assertHeaders(
                413, "POST /sign-in HTTP/1.1\r\n" + FORM + "Content-Length: 20000\r\n" + HOST, "x".repeat(20_000));
    }

    /**
     * Fails when {@code HttpListener} puts {@code CommonHeadersHandler} after {@code HostFilter}, or {@code HostFilter}
     * ignores the error style.
     */
    @Test
    void refusalsHaveTheSecurityHeaders() throws IOException {
        for (var response : List.of(
                assertHeaders(403, "GET / HTTP/1.1\r\nHost: elsewhere.example\r\n"),
                assertHeaders(403, "GET / HTTP/1.1\r\n" + HOST + "Origin: https://elsewhere.example\r\n"))) {
            assertThat(response)
                    .contains("Content-Type: text/html; charset=utf-8", "Cache-Control: no-store", "<h1>Forbidden</h1>")
                    .contains("`names:` in kruxos.yaml.")
                    .doesNotContain("Strict-Transport-Security", "elsewhere", "Set-Cookie", "{");
        }
        var sentOn = sendPlain("GET /agents HTTP/1.1\r\nHost: box.example\r\n\r\n");
        assertThat(sentOn)
                .startsWith("HTTP/1.1 308 ")
                .contains(ALL_HEADERS)
                .doesNotContain("Strict-Transport-Security");
        var foreign = sendPlain("GET / HTTP/1.1\r\nHost: elsewhere.example\r\nConnection: close\r\n\r\n");
        assertThat(foreign).startsWith("HTTP/1.1 403 ").contains(ALL_HEADERS).contains("<h1>Forbidden</h1>");
    }

    /** Errors that Jetty detects before any handler. Fails without the headers in {@code ProblemErrorHandler}. */
    @Test
    void malformedRequestsGetTheSecurityHeaders() throws IOException {
        for (var response : List.of(
                assertHeaders(400, "GARBAGE\r\n"),
                assertHeaders(400, "GET / HTTP/1.1\r\n"), // without a host
                assertHeaders(400, "GET /%zz HTTP/1.1\r\n" + HOST),
                assertHeaders(400, "GET /a%2Fb HTTP/1.1\r\n" + HOST),
                assertHeaders(400, "POST / HTTP/1.1\r\nContent-Length: x\r\n" + HOST),
                assertHeaders(400, "GET / HTTP/1.1\r\n" + HOST + HOST),
                assertHeaders(505, "GET / HTTP/9.9\r\n" + HOST),
                assertHeaders(414, "GET /" + "a".repeat(20_000) + " HTTP/1.1\r\n" + HOST),
                assertHeaders(431, "GET / HTTP/1.1\r\n" + HOST + "X: " + "a".repeat(20_000) + "\r\n"),
                sendPlain("GARBAGE\r\n\r\n"))) {
            assertThat(response)
                    .contains(ALL_HEADERS)
                    .contains("Content-Type: text/html; charset=utf-8", "<h1>")
                    .doesNotContainIgnoringCase("jetty")
                    .doesNotContain("Exception", "docs/wire");
        }
    }

    /** Fails without the headers in {@code ProblemErrorHandler}: Jetty clears headers on a failure. */
    @Test
    void failuresHaveTheSecurityHeaders() throws IOException {
        var authority = new TestCertificateAuthority("office", Instant.now());
        var server = authority.serverContext(List.of("127.0.0.1"), Instant.now());
        var web = HttpListener.bind(
                "test", "127.0.0.1", 0, Set.of(), new TlsSettings(server, TlsSettings.PlainHttp.REDIRECT));
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
                    new PlainErrorPage());
            var factory =
                    TestCertificateAuthority.trustingContext(authority.pem()).getSocketFactory();
            for (var path : List.of("/throws", "/fails", "/nobody")) {
                var response = exchange(
                        factory, web.port(), "GET " + path + " HTTP/1.1\r\n" + HOST + "Connection: close\r\n\r\n");
                assertThat(response)
                        .as(path)
                        .startsWith(path.equals("/nobody") ? "HTTP/1.1 404 " : "HTTP/1.1 500 ")
                        .contains(ALL_HEADERS)
                        .contains("Content-Type: text/html; charset=utf-8", "<h1>")
                        .doesNotContain("hunter2", "Exception");
            }
        }
    }

    private String assertHeaders(int status, String head) throws IOException {
        return assertHeaders(status, head, "");
    }

    /** Sends the request over TLS. */
    private String assertHeaders(int status, String head, String body) throws IOException {
        var response = exchange(
                browser.sslContext().getSocketFactory(), browser.port(), head + "Connection: close\r\n\r\n" + body);
        assertThat(response).as(head).contains(ALL_HEADERS);
        assertThat(response.lines().findFirst().map(STATUS::matcher))
                .as(response)
                .hasValueSatisfying(
                        line -> assertThat(line.matches() ? line.group(1) : "").isEqualTo("" + status));
        return response;
    }

    private String sendPlain(String request) throws IOException {
        return exchange(SocketFactory.getDefault(), browser.port(), request);
    }

    private static String exchange(SocketFactory factory, int port, String request) throws IOException {
        try (var socket = factory.createSocket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return readResponse(socket);
        }
    }

    private static String readResponse(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
