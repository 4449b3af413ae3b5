package com.kruxos.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.peers.FaultyHttpServer;
import com.kruxos.peers.HttpAgent;
import com.kruxos.peers.TestAppliance;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Remote servers, through the whole appliance. */
@Timeout(180)
class NetworkServersTest {
    @TempDir
    Path folder;

    private TestAppliance trial;
    private FaultyHttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = FaultyHttpServer.start();
        trial = TestAppliance.start(folder.resolve("home"));
    }

    @AfterEach
    void stop() {
        trial.close();
        server.close();
    }

    private void addServer(String url, String headers) {
        var added = trial.adminClient()
                .post("/servers", "{\"name\":\"far\",\"url\":\"" + url + "\",\"headers\":{" + headers + "}}");
        assertThat(added.status()).as(added.body()).isEqualTo(201);
        trial.awaitState("far", "ready");
    }

    /**
     * Credentials in headers are leased for each request, and never reach the agent or the disk in clear. Fails when
     * InstanceStarter.connect passes fixed headers.
     */
    @Test
    void aBearerTokenIsLeasedPerRequestSoAChangeReachesTheNextCall() throws Exception {
        server.requireToken("first-token-of-the-far-server");
        trial.putSecret("far/token", "first-token-of-the-far-server");
        addServer(server.url().toString(), "\"Authorization\":\"Bearer {secret:far/token}\"");
        try (var agent = trial.connectAgent("caller")) {
            assertThat(agent.callText(1, "far__headers", "{}"))
                    .contains(sha256("Bearer first-token-of-the-far-server"))
                    .doesNotContain("first-token-of-the-far-server");
            server.requireToken("second-token-of-the-far-server");
            trial.putSecret("far/token", "second-token-of-the-far-server");
            assertThat(agent.callText(2, "far__headers", "{}"))
                    .contains(sha256("Bearer second-token-of-the-far-server"));
        }
        try (var files = Files.walk(trial.folder())) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                        .as(file.toString())
                        .doesNotContain("token-of-the-far-server");
            }
        }
    }

    /** Fails when HeaderTemplate.fill mixes up its parts, or only one header is sent. */
    @Test
    void headersWithSeveralSecretsArriveAsDeclared() throws Exception {
        trial.putSecret("far/user", "somebody");
        trial.putSecret("far/password", "a-long-password");
        trial.putSecret("far/tenant", "tenant-7");
        addServer(
                server.url().toString(),
                "\"X-Login\":\"{secret:far/user}:{secret:far/password}\",\"X-Tenant\":\"t={secret:far/tenant};\"");
        try (var agent = trial.connectAgent("caller")) {
            assertThat(agent.callText(1, "far__headers", "{}"))
                    .contains("X-login=" + sha256("somebody:a-long-password"))
                    .contains("X-tenant=" + sha256("t=tenant-7;"))
                    .doesNotContain("a-long-password");
        }
    }

    /** One new session begins, and the old one is ended. Fails without the drain in ServerSupervisor.recycle. */
    @Test
    void aChangedSecretReplacesTheSession() {
        trial.putSecret("far/token", "first-token-of-the-far-server");
        addServer(server.url().toString(), "\"Authorization\":\"Bearer {secret:far/token}\"");
        try (var agent = trial.connectAgent("caller")) {
            assertThat(agent.call(1, "far__count", "{}").has("result")).isTrue();
            assertThat(server.count("DELETE")).isZero();
            trial.putSecret("far/token", "second-token-of-the-far-server");
            for (var call = 2; call < 10; call++) {
                assertThat(agent.call(call, "far__count", "{}").has("result")).isTrue();
            }
            TestAppliance.await(() -> server.count("DELETE") == 1, () -> "the old session to be ended");
            assertThat(server.count("initialize")).isEqualTo(2);
            assertThat(server.sessionCount()).isOne();
        }
    }

    /** Fails when InstancePool.forSession does not end the instance with the session. */
    @Test
    void aPerAgentSessionEndsWithTheAgentsSession() {
        var added = trial.adminClient()
                .post("/servers", "{\"name\":\"far\",\"url\":\"" + server.url() + "\",\"sessions\":\"per-agent\"}");
        assertThat(added.status()).as(added.body()).isEqualTo(201);
        trial.awaitState("far", "ready");
        try (var one = trial.connectAgent("one");
                var two = trial.connectAgent("two")) {
            assertThat(one.call(1, "far__count", "{}").has("result")).isTrue();
            assertThat(two.call(1, "far__count", "{}").has("result")).isTrue();
            assertThat(server.sessionCount()).isEqualTo(3);
            one.sendClose();
            TestAppliance.await(() -> server.count("DELETE") == 1, () -> "the DELETE");
            assertThat(server.sessionCount()).isEqualTo(2);
            assertThat(two.call(2, "far__count", "{}").has("result")).isTrue();
            assertThat(server.count("initialize")).isEqualTo(3);
        }
    }

    /** The error says that the credential was refused, and the hint names the command that shows it. */
    @Test
    void aRefusedCredentialIsReportedAsSuch() {
        server.requireToken("right-token-of-the-server");
        trial.putSecret("far/token", "right-token-of-the-server");
        addServer(server.url().toString(), "\"Authorization\":\"Bearer {secret:far/token}\"");
        try (var agent = trial.connectAgent("caller")) {
            server.requireToken("another-token-by-now");
            assertThat(agent.callText(1, "far__count", "{}"))
                    .contains("credential_refused")
                    .contains("kruxos server show far")
                    .doesNotContain("token-of");
            assertThat(server.count("call:count")).isZero();
        }
    }

    /** Fails when each call opens a connection. */
    @Test
    void aThousandHttpCallsUseOneSession() {
        addServer(server.url().toString(), "");
        var calls = 0;
        try (var first = trial.connectAgent("first");
                var second = new HttpAgent(trial.port(), trial.createAgent("second"))) {
            second.initialize();
            for (; calls < 500; calls++) {
                assertThat(first.call(calls, "far__count", "{}").has("result")).isTrue();
                assertThat(second.call(calls, "far__count", "{}").json().has("result"))
                        .isTrue();
            }
        }
        assertThat(server.count("call:count")).isEqualTo(1_000);
        assertThat(server.count("initialize")).isEqualTo(1);
    }

    /** Fails when each call starts a process. */
    @Test
    void aThousandStdioCallsUseOneProcess() {
        var effects = folder.resolve("effects.log");
        trial.addFaultyServer("near", Map.of(), Map.of("ODD_LOG", effects.toString()));
        try (var first = trial.connectAgent("first");
                var second = new HttpAgent(trial.port(), trial.createAgent("second"))) {
            second.initialize();
            for (var call = 0; call < 500; call++) {
                assertThat(first.call(call, "near__pid", "{}").has("result")).isTrue();
                assertThat(second.call(call, "near__pid", "{}").json().has("result"))
                        .isTrue();
            }
        }
        assertThat(TestAppliance.readLines(effects))
                .hasSize(1_001)
                .startsWith("initialize")
                .filteredOn("initialize"::equals)
                .hasSize(1);
    }

    /** Fails without replaceLost in CallDispatcher.dispatch. */
    @Test
    void aLostSessionIsReplacedAndTheCallIsMadeOnce() {
        addServer(server.url().toString(), "");
        try (var agent = trial.connectAgent("caller")) {
            for (var round = 0; round < 3; round++) {
                server.forgetSessions(404);
                assertThat(agent.call(round, "far__count", "{}").has("result")).isTrue();
                assertThat(server.count("call:count")).isEqualTo(round + 1);
            }
        }
    }

    /**
     * An agent whose request is answered as if there were no session must not keep the server from the others, even
     * where the server answers no ping. Fails when PostRequest ignores isSessionRetry: one call would replace the
     * session for ever.
     */
    @Test
    void repeatedSessionNotFoundReplacesTheSessionOnlyOnce() {
        addServer(server.url().toString(), "");
        try (var good = trial.connectAgent("good");
                var bad = trial.connectAgent("bad")) {
            assertThat(good.call(1, "far__count", "{}").has("result")).isTrue();
            server.refuseNext("ping", 404);
            server.refuseNext("ping", 404);
            assertThat(bad.callText(1, "far__status", "{\"n\":404}"))
                    .contains("server_unavailable")
                    .contains("status 404");
            assertThat(server.count("call:status")).isEqualTo(2);
            assertThat(server.count("initialize")).isEqualTo(2);
            assertThat(good.call(2, "far__count", "{}").has("result")).isTrue();
        }
    }

    /** Fails without the probe in PostRequest.onUnknownSession: the calls of the other agent would be lost. */
    @Test
    void a404ForOneRequestKeepsALiveSession() {
        addServer(server.url().toString(), "");
        try (var good = trial.connectAgent("good");
                var bad = trial.connectAgent("bad")) {
            good.sendCall(2, "far__slow", "{\"ms\":7000}");
            TestAppliance.await(() -> server.count("call:slow") == 1, () -> "the call to arrive");
            assertThat(bad.callText(1, "far__status", "{\"n\":404}"))
                    .contains("server_unavailable")
                    .contains("status 404");
            assertThat(good.awaitResponse(2)).contains("\"result\"");
            assertThat(server.count("call:status")).isOne();
            assertThat(server.count("initialize")).isOne();
        }
    }

    /** Fails without the probe in ReconnectingEventStream: sessions would be replaced without end. */
    @Test
    void aServerThatAnswers404ToGetIsStillUsed() {
        server.refuseNext("GET", 404);
        addServer(server.url().toString(), "");
        try (var agent = trial.connectAgent("caller")) {
            TestAppliance.await(() -> server.count("ping") == 1, () -> "the question whether there is a session");
            assertThat(agent.call(1, "far__count", "{}").has("result")).isTrue();
            assertThat(server.count("initialize")).isOne();
        }
    }

    /** Fails when StatusMapping does not distinguish error codes: the calls of the other agent would be lost. */
    @Test
    void aBadRequestResponseKeepsTheSession() {
        addServer(server.url().toString(), "");
        try (var good = trial.connectAgent("good");
                var bad = trial.connectAgent("bad")) {
            assertThat(good.call(1, "far__count", "{}").has("result")).isTrue();
            good.sendCall(2, "far__slow", "{\"ms\":7000}");
            TestAppliance.await(() -> server.count("call:slow") == 1, () -> "the call to arrive");
            assertThat(bad.callText(1, "far__unread", "{}")).contains("server_unavailable");
            assertThat(good.awaitResponse(2)).contains("\"result\"");
            assertThat(server.count("initialize")).isOne();
        }
    }

    @Test
    void aServerThatComesBackIsUsedAgain() throws IOException {
        addServer(server.url().toString(), "");
        try (var agent = trial.connectAgent("caller")) {
            assertThat(agent.call(1, "far__count", "{}").has("result")).isTrue();
            var port = server.port();
            server.close();
            // The first call may still use the connection that is closing, so its outcome is uncertain.
            TestAppliance.await(
                    () -> agent.call(2, "far__count", "{}").toString().contains("server_unavailable"),
                    () -> "the server to be missed");
            server = FaultyHttpServer.start(port);
            TestAppliance.await(
                    () -> agent.call(3, "far__count", "{}")
                                    .path("result")
                                    .path("isError")
                                    .asBoolean(false)
                            == false,
                    () -> "the server to be used again");
        }
    }

    /** Fails without the cancellation in UpstreamCall.onWithdrawn. */
    @Test
    void aDisconnectedAgentCancelsItsCallAtTheServer() {
        addServer(server.url().toString(), "");
        try (var agent = trial.connectAgent("caller")) {
            agent.sendCall(1, "far__hang", "{}");
            TestAppliance.await(() -> server.count("call:hang") == 1, () -> "the call to arrive");
            agent.abort();
            TestAppliance.await(() -> server.count("cancelled") == 1, () -> "the cancellation to reach the server");
        }
    }

    /** Our session at the server is deleted. */
    @Test
    void removingAServerEndsItsSession() {
        addServer(server.url().toString(), "");
        assertThat(server.sessionCount()).isEqualTo(1);
        assertThat(trial.adminClient().delete("/servers/far").status()).isEqualTo(200);
        assertThat(server.count("DELETE")).isEqualTo(1);
    }

    @Test
    void theSseTransportForwardsProgress() {
        addServer(server.legacySseUrl().toString(), "");
        try (var agent = trial.connectAgent("caller")) {
            agent.send(
                    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"far__progress\",\"_meta\":{\"progressToken\":\"p\"},\"arguments\":{}}}");
            for (var step = 1; step <= 3; step++) {
                assertThat(agent.awaitMessage(text -> text.contains("notifications/progress")))
                        .contains("\"progressToken\":\"p\"")
                        .contains("\"progress\":" + step);
            }
            assertThat(agent.awaitResponse(1)).contains("result");
        }
    }

    /** The call fails, and the next one succeeds. */
    @Test
    void anEndlessResponseIsCutOff() {
        addServer(server.url().toString(), "");
        try (var agent = trial.connectAgent("caller")) {
            assertThat(agent.call(1, "far__endless", "{}")
                            .path("error")
                            .path("code")
                            .asInt())
                    .isEqualTo(-32001);
            assertThat(agent.call(2, "far__count", "{}").has("result")).isTrue();
        }
    }

    @Test
    void aUrlOrHeaderWithASecretIsRejectedAndNotEchoed() {
        for (var wanted : new String[] {
            "{\"name\":\"x\",\"url\":\"https://me:pl4inly-visible@example.org/mcp\"}",
            "{\"name\":\"x\",\"url\":\"https://example.org/mcp\",\"headers\":{\"Authorization\":\"Bearer pl4inly-visible\"}}",
            "{\"name\":\"x\",\"url\":\"https://example.org/mcp\",\"headers\":{\"X-Api-Key\":\"pl4inly-visible\"}}",
            "{\"name\":\"x\",\"url\":\"file:///etc/pl4inly-visible\"}",
            "{\"name\":\"x\",\"url\":\"https://example.org/mcp\",\"headers\":{\"Host\":\"pl4inly-visible\"}}",
            "{\"name\":\"x\",\"url\":\"https://example.org/mcp\",\"command\":[\"true\"]}",
        }) {
            var answer = trial.adminClient().post("/servers", wanted);
            assertThat(answer.status()).as(wanted).isEqualTo(400);
            assertThat(answer.body()).contains("hint").doesNotContain("pl4inly");
        }
    }

    /** Private addresses are refused unless the owner allows the host. */
    @Test
    void aLinkLocalAddressIsNotConnectedTo() {
        var added = trial.adminClient()
                .post("/servers", "{\"name\":\"far\",\"url\":\"http://169.254.169.254:" + server.port() + "/mcp\"}");
        assertThat(added.status()).isEqualTo(201);
        TestAppliance.await(
                () -> trial.adminClient().get("/servers/far").body().contains("backing_off"),
                () -> "the server to be refused");
        assertThat(trial.adminClient().get("/servers/far").body()).contains("private_hosts");
        assertThat(server.count("POST")).isZero();
    }

    private static String sha256(String text) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    }
}
