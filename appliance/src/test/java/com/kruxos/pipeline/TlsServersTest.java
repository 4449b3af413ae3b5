package com.kruxos.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.config.Config;
import com.kruxos.peers.NpmPrograms;
import com.kruxos.peers.TestAppliance;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A call over TLS on both sides: the official clients, and another appliance as the server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TlsServersTest {
    private TestAppliance upstream;
    private Path certificate;

    @BeforeAll
    void start(@TempDir Path folder) {
        upstream = TestAppliance.start(folder.resolve("upstream"));
        upstream.addFaultyServer("odd");
        certificate = upstream.home().tls().resolve("certificate.pem");
    }

    @AfterAll
    void stop() {
        upstream.close();
    }

    /** Fails when {@code trusted_certificates} does not reach EgressClient. */
    @ParameterizedTest
    @ValueSource(strings = {"https", "wss"})
    void aServerWithATrustedCertificateIsUsable(String scheme, @TempDir Path folder) {
        var url = scheme + "://localhost:" + upstream.port() + "/mcp";
        try (var front = TestAppliance.start(
                folder.resolve("front"), Config.defaults().withTrustedCertificates(List.of(certificate)))) {
            front.putSecret("back/key", upstream.createAgent("front-" + scheme));
            var added = front.adminClient()
                    .post(
                            "/servers",
                            "{\"name\":\"back\",\"url\":\"" + url
                                    + "\",\"headers\":{\"Authorization\":\"Bearer {secret:back/key}\"}}");
            assertThat(added.status()).as(added.body()).isEqualTo(201);
            front.awaitState("back", "ready");
            try (var agent = front.connectAgent("far")) {
                assertThat(agent.callText(1, "back__odd__echo", "{\"said\":\"through two gateways\"}"))
                        .contains("through two gateways");
            }
        }
        try (var front = TestAppliance.start(folder.resolve("doubting"))) {
            front.putSecret("back/key", upstream.createAgent("doubting-" + scheme));
            front.adminClient()
                    .post(
                            "/servers",
                            "{\"name\":\"back\",\"url\":\"" + url
                                    + "\",\"headers\":{\"Authorization\":\"Bearer {secret:back/key}\"}}");
            front.awaitState("back", "backing_off");
            assertThat(front.adminClient().get("/servers/back").body()).contains("TLS");
        }
    }

    /** As docs/agents.md describes it for clients on Node. */
    @Test
    void theOfficialClientsTrustTheCertificateFromNodeExtraCaCerts() throws IOException {
        var peers = NpmPrograms.ensureInstalled();
        for (var line : List.of(1, 2)) {
            var key = upstream.createAgent("node-" + line);
            var steps = "{\"op\":\"connect\",\"line\":" + line
                    + "}\n{\"op\":\"call\",\"name\":\"odd__echo\",\"args\":{\"said\":" + "\"by node\"},\"line\":" + line
                    + "}\n";
            assertThat(runClient(peers, key, steps, certificate.toString())).contains("by node");
            assertThat(runClient(peers, key, steps, ""))
                    .doesNotContain("\"ok\":true")
                    .contains("\"ok\":false");
        }
    }

    private String runClient(NpmPrograms peers, String key, String steps, String trusted) throws IOException {
        var builder = new ProcessBuilder(peers.agentCommand()).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("KRUXOS_URL", "https://localhost:" + upstream.port() + "/mcp");
        builder.environment().put("KRUXOS_AGENT_KEY", key);
        builder.environment().put("NODE_EXTRA_CA_CERTS", trusted);
        var process = builder.start();
        try (var out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            try (var in = process.getOutputStream()) {
                in.write(steps.getBytes(StandardCharsets.UTF_8));
            }
            var all = new StringBuilder();
            out.lines().forEach(line -> all.append(line).append('\n'));
            return all.toString();
        } finally {
            process.destroyForcibly();
        }
    }
}
