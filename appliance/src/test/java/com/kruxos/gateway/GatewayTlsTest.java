package com.kruxos.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.kruxos.config.Config;
import com.kruxos.peers.HttpAgent;
import com.kruxos.peers.TestAppliance;
import com.kruxos.peers.WebSocketAgent;
import com.kruxos.tls.TestCertificateAuthority;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS on the agents' port beside plain HTTP, and which clients may use plain HTTP. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GatewayTlsTest {
    private TestAppliance appliance;
    private Path home;
    private SSLContext trustingContext;

    @BeforeAll
    void start(@TempDir Path folder) {
        home = folder.resolve("home");
        appliance = TestAppliance.start(
                home,
                Config.defaults()
                        .withBind("0.0.0.0", false)
                        .withHostNames(
                                nonLoopbackAddress() == null
                                        ? Set.of()
                                        : Set.of(String.valueOf(nonLoopbackAddress()))));
        appliance.addFaultyServer("odd");
        trustingContext = TestCertificateAuthority.trustingContext(pem());
    }

    @AfterAll
    void stop() {
        appliance.close();
    }

    @Test
    void bothTransportsWorkWithAndWithoutTls() throws Exception {
        try (var client = HttpClient.newBuilder().sslContext(trustingContext).build()) {
            var key = appliance.createAgent("secure");
            try (var agent = WebSocketAgent.connect(client, "wss://127.0.0.1:" + appliance.port() + "/mcp", key);
                    var plain = WebSocketAgent.connect(appliance.port(), key)) {
                for (var each : List.of(agent, plain)) {
                    each.initialize();
                    assertThat(each.callText(1, "odd__echo", "{\"said\":\"grüße\"}"))
                            .contains("grüße");
                }
                var big = "x".repeat(1 << 20);
                assertThat(agent.callText(2, "odd__echo", "{\"said\":\"" + big + "\"}"))
                        .contains(big);
            }
            var agent = new HttpAgent(client, URI.create("https://localhost:" + appliance.port() + "/mcp"), key);
            agent.initialize();
            assertThat(agent.callText(1, "odd__echo", "{\"said\":\"again\"}")).contains("again");
            for (var scheme : List.of("http", "https")) {
                for (var path : List.of("/healthz", "/readyz")) {
                    assertThat(get(client, scheme + "://127.0.0.1:" + appliance.port() + path)
                                    .statusCode())
                            .isEqualTo(200);
                }
            }
        }
    }

    @Test
    void anUntrustingClientDoesNotConnect() {
        try (var client = HttpClient.newHttpClient()) {
            assertThatThrownBy(() -> get(client, "https://127.0.0.1:" + appliance.port() + "/healthz"))
                    .isInstanceOf(SSLHandshakeException.class);
        }
    }

    /** Fails without RequireTlsHandler, and its last line without the check of gateway.plain. */
    @Test
    void plainHttpFromOtherHostsIsRefusedUnlessConfigured(@TempDir Path folder) throws Exception {
        var far = nonLoopbackAddress();
        assumeTrue(far != null, "this machine has no address but loopback");
        var key = appliance.createAgent("far");
        try (var client = HttpClient.newBuilder().sslContext(trustingContext).build()) {
            for (var path : List.of("/mcp", "/healthz", "/nothing")) {
                var refused = get(client, "http://" + far + ":" + appliance.port() + path);
                assertThat(refused.statusCode()).isEqualTo(403);
                assertThat(refused.body()).contains("https://", "gateway.plain");
                assertThat(refused.headers().firstValue("Content-Type")).contains("application/problem+json");
            }
            var plain = new HttpAgent(client, URI.create("http://" + far + ":" + appliance.port() + "/mcp"), key);
            assertThat(plain.initialize().status()).as("with a good key too").isEqualTo(403);
            try (var agent = WebSocketAgent.connect(client, "wss://" + far + ":" + appliance.port() + "/mcp", key)) {
                agent.initialize();
                assertThat(agent.callText(1, "odd__echo", "{\"said\":\"from far\"}"))
                        .contains("from far");
            }
        }
        try (var open = TestAppliance.start(
                        folder.resolve("open"), Config.defaults().withBind("0.0.0.0", true));
                var client = HttpClient.newHttpClient()) {
            var agent = new HttpAgent(
                    client, URI.create("http://" + far + ":" + open.port() + "/mcp"), open.createAgent("plain"));
            assertThat(agent.initialize().status()).isEqualTo(200);
        }
    }

    /** Fails without the cipher suites of TlsSettings: the JDK alone accepts the last four. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "TLSv1.3 TLS_AES_128_GCM_SHA256 yes",
                "TLSv1.3 TLS_CHACHA20_POLY1305_SHA256 yes",
                "TLSv1.2 TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 yes",
                "TLSv1.2 TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256 yes",
                "TLSv1.2 TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256 no",
                "TLSv1.2 TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384 no",
                "TLSv1.2 TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA no",
                "TLSv1.2 TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA no"
            })
    void onlyAuthenticatedCiphersAreAccepted(String what) throws IOException {
        var words = what.split(" ", -1);
        try (var socket = (SSLSocket)
                trustingContext.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), appliance.port())) {
            socket.setSoTimeout(60_000);
            socket.setEnabledProtocols(new String[] {words[0]});
            socket.setEnabledCipherSuites(new String[] {words[1]});
            if (words[2].equals("yes")) {
                socket.startHandshake();
                assertThat(socket.getSession().getCipherSuite()).isEqualTo(words[1]);
            } else {
                assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLHandshakeException.class);
            }
        }
    }

    /** An independent client: what it receives, what it verifies, and what it cannot negotiate. */
    @Test
    void opensslVerifiesTheCertificateAndTheProtocols() throws Exception {
        assumeTrue("true".equals(System.getenv("CI")) || succeeds("openssl", "version"), "openssl is not there");
        var pem = Files.writeString(home.resolve("exported.pem"), pem());
        var good =
                openssl("-CAfile", pem.toString(), "-verify_return_error", "-verify_ip", "127.0.0.1", "-x509_strict");
        assertThat(good).contains("Verify return code: 0 (ok)").contains("TLSv1.3");
        assertThat(openssl("-CAfile", pem.toString(), "-verify_return_error", "-verify_hostname", "evil.example"))
                .contains("mismatch")
                .doesNotContain("return code: 0");
        assertThat(openssl("-verify_return_error")).doesNotContain("return code: 0");
        for (var old : List.of("-tls1_1", "-tls1")) {
            assertThat(openssl(old, "-cipher", "DEFAULT@SECLEVEL=0"))
                    .as(old)
                    .contains("alert protocol version")
                    .doesNotContain("BEGIN CERTIFICATE");
        }
        assertThat(openssl("-tls1_2", "-cipher", "AES128-GCM-SHA256:ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0"))
                .contains("handshake failure")
                .doesNotContain("BEGIN CERTIFICATE");
        assertThat(openssl("-tls1_2"))
                .contains("Secure Renegotiation IS supported")
                .contains("BEGIN CERTIFICATE");
    }

    /**
     * Fails without markAuthenticated in McpServlet: the agent would be closed too. Without the deadline for
     * unauthenticated connections the idle timeout closes the other one, see HttpListenerTest.
     */
    @Test
    void anAgentStaysConnectedAndAnUnauthenticatedClientIsClosed() throws Exception {
        try (var client = HttpClient.newBuilder().sslContext(trustingContext).build();
                var agent = WebSocketAgent.connect(
                        client, "wss://127.0.0.1:" + appliance.port() + "/mcp", appliance.createAgent("stays"));
                var stranger = new Socket(InetAddress.getLoopbackAddress(), appliance.port())) {
            agent.initialize();
            stranger.setSoTimeout((int) TimeUnit.MINUTES.toMillis(3));
            assertThat(stranger.getInputStream().read()).isEqualTo(-1);
            assertThat(agent.callText(1, "odd__echo", "{\"said\":\"still\"}")).contains("still");
        }
    }

    private String pem() {
        return appliance.adminClient().get("/certificate").json().path("pem").asString();
    }

    private static HttpResponse<String> get(HttpClient client, String url) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
    }

    /** An address of this machine other than loopback. */
    private static @Nullable String nonLoopbackAddress() {
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> address instanceof Inet4Address
                            && !address.isLoopbackAddress()
                            && !address.isLinkLocalAddress())
                    .map(InetAddress::getHostAddress)
                    .findFirst()
                    .orElse(null);
        } catch (IOException e) {
            return null;
        }
    }

    private String openssl(String... more) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("openssl", "s_client", "-connect", "127.0.0.1:" + appliance.port()));
        command.addAll(List.of(more));
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return said;
    }

    private static boolean succeeds(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command).start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
