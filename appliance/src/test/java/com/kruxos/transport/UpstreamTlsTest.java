package com.kruxos.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.kruxos.egress.CredentialHeaders;
import com.kruxos.egress.EgressClient;
import com.kruxos.egress.RemoteEndpoint;
import com.kruxos.tls.CannotUseCertificate;
import com.kruxos.tls.TestCertificateAuthority;
import com.kruxos.tls.TrustStore;
import com.kruxos.transport.DeliveryFailure.FailureKind;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which certificates of servers are accepted, and that nothing is sent when one is not. */
class UpstreamTlsTest {
    private static final String INITIALIZE_RESULT = """
            {"jsonrpc":"2.0","id":0,"result":{"protocolVersion":"2025-11-25","capabilities":{},
             "serverInfo":{"name":"behind-tls","version":"1"}}}""";

    @TempDir
    Path folder;

    private final TestCertificateAuthority authority = new TestCertificateAuthority("authority", Instant.now());
    private final FakeMessageListener listener = new FakeMessageListener();
    private final AtomicInteger requests = new AtomicInteger();
    private HttpsServer server;

    @BeforeEach
    void serve() throws IOException {
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/mcp", exchange -> {
            requests.incrementAndGet();
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            var body = INITIALIZE_RESULT.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    /** Fails without the trust store in {@code EgressClient.of}. */
    @ParameterizedTest
    @ValueSource(strings = {"localhost", "127.0.0.1"})
    void aServerOfATrustedIssuerIsReached(String host) throws IOException {
        serveCertificateFor("localhost", "127.0.0.1");
        try (var network = EgressClient.of(Set.of(), List.of(authority.writeTo(folder)))) {
            var first = FakeOutboundMessage.initialize();
            try (var connection = connect(network, host)) {
                assertThat(connection.send(first)).isNotNull();
                assertThat(listener.nextMessage()).contains("behind-tls");
            }
            assertThat(first.failures).isEmpty();
        }
    }

    /** Fails when the host name is not verified. */
    @Test
    void aCertificateForAnotherNameIsRefusedAndNothingIsSent() throws IOException {
        serveCertificateFor("other.example.org", "127.0.0.2");
        try (var network = EgressClient.of(Set.of(), List.of(authority.writeTo(folder)))) {
            assertHandshakeFails(network);
        }
    }

    @Test
    void anUnknownIssuerIsRefusedAndNothingIsSent() throws IOException {
        serveCertificateFor("localhost");
        var another = new TestCertificateAuthority("another authority", Instant.now());
        try (var withoutTrustFile = EgressClient.of(Set.of());
                var withOtherIssuer = EgressClient.of(Set.of(), List.of(another.writeTo(folder)))) {
            assertHandshakeFails(withoutTrustFile);
            assertHandshakeFails(withOtherIssuer);
        }
    }

    /** Configured issuers add to those of the JDK. */
    @Test
    void theJdkTrustStoreIsKept() throws Exception {
        var store = TrustStore.load(List.of(authority.writeTo(folder)));
        var issuers = Collections.list(store.aliases());
        assertThat(issuers).hasSizeGreaterThan(50);
        assertThat(store.getCertificateAlias(authority.certificate())).isNotNull();
    }

    @Test
    void unreadableTrustFilesAreNamedAtOnce() throws IOException {
        var missing = folder.resolve("missing.pem");
        var text = Files.writeString(folder.resolve("text.pem"), "hello");
        var huge = Files.writeString(folder.resolve("huge.pem"), "x".repeat((1 << 20) + 1));
        var many = Files.writeString(folder.resolve("many.pem"), authority.pem().repeat(513));
        for (var bad : List.of(missing, text, huge, folder)) {
            assertThatThrownBy(() -> EgressClient.of(Set.of(), List.of(bad)))
                    .isInstanceOf(CannotUseCertificate.class)
                    .hasMessageContaining("trusted_certificates")
                    .hasMessageContaining(bad.toString());
        }
        assertThatThrownBy(() -> EgressClient.of(Set.of(), List.of(many)))
                .isInstanceOf(CannotUseCertificate.class)
                .hasMessageContaining("512");
    }

    private void assertHandshakeFails(EgressClient network) {
        var first = FakeOutboundMessage.initialize();
        try (var connection = connect(network, "localhost")) {
            assertThat(connection.send(first)).isNotNull();
            var failure = first.nextFailure();
            assertThat(failure.kind()).isEqualTo(FailureKind.NOT_TAKEN);
            assertThat(failure.reason()).contains("TLS");
        }
        assertThat(requests).hasValue(0);
    }

    private ServerConnection connect(EgressClient network, String host) {
        var url = URI.create("https://" + host + ":" + server.getAddress().getPort() + "/mcp");
        return TestConnections.streamableHttp(network, new RemoteEndpoint(url, CredentialHeaders.NONE), listener);
    }

    private void serveCertificateFor(String... names) {
        server.setHttpsConfigurator(new HttpsConfigurator(authority.serverContext(List.of(names), Instant.now())));
        server.start();
    }
}
