package com.kruxos.tokenapi;

import static com.kruxos.admin.AdminFixture.requireDone;
import static com.kruxos.admin.AdminFixture.root;
import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.admin.AdminFixture;
import com.kruxos.identity.NewUserToken;
import com.kruxos.identity.Scope;
import com.kruxos.web.LoopbackListener;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The API on the port accepts user tokens only. */
class ApiPortTest {
    @TempDir
    Path home;

    private final List<Duration> delays = new CopyOnWriteArrayList<>();
    private AdminFixture fixture;
    private LoopbackListener port;
    private TokenApi api;
    private RawApiClient client;

    @BeforeEach
    void open() {
        fixture = new AdminFixture(home);
        port = LoopbackListener.bind("api", "127.0.0.1", 0, Set.of("box.example.org"));
        api = TokenApi.start(
                home,
                TokenApi.createContext(fixture.admin, fixture.database, fixture.clock()),
                fixture.tokens,
                port,
                delays::add,
                Map.of(),
                TokenApi.trustedUsers());
        client = new RawApiClient(port.port())
                .checking(new ApiContract(
                        new RawApiClient(port.port()).get("/openapi.json").json()));
    }

    @AfterEach
    void close() {
        api.close();
        fixture.close();
    }

    @Test
    void aUserTokenAllowsWhatItsScopesAllow() {
        assertThat(client.get("/api/v1/status", bearer(newToken(Scope.READ))).status)
                .isEqualTo(200);
        var made = client.post("/api/v1/spaces", "{\"name\":\"other\"}", bearer(newToken(Scope.ADMIN)));
        assertThat(made.status).isEqualTo(201);
        assertThat(client.post("/api/v1/spaces", "{\"name\":\"third\"}", bearer(newToken(Scope.READ))).status)
                .isEqualTo(403);
        assertThat(fixture.appendedEntries.getFirst().entry().principal().origin())
                .isEqualTo("127.0.0.1");
    }

    /**
     * The user of the process, agent keys, tokens in the URL, revoked and expired tokens all get the same response.
     * Fails if TokenAuthenticator accepts anything but a token in the header.
     */
    @Test
    void everyOtherCredentialIsRejected() {
        var live = newToken(Scope.ADMIN);
        var revoked = newToken(Scope.ADMIN);
        fixture.tokens.list().stream()
                .filter(token -> revoked.endsWith(token.lastFour()))
                .forEach(token -> requireDone(fixture.admin.tokens().revoke(root(), token.id())));
        var key = requireDone(fixture.admin.agents().create(root(), "default", "bot", "", null));
        var agent = new String(key.key().ascii(), StandardCharsets.US_ASCII);
        var seat = operatorSessionKey();
        var answers = List.of(
                client.get("/api/v1/status"),
                client.get("/api/v1/status", bearer(revoked)),
                client.get("/api/v1/status", bearer("krx_user_" + "A".repeat(43))),
                client.get("/api/v1/status", bearer(agent)),
                client.get("/api/v1/status", bearer(seat)),
                client.get("/api/v1/status", "Cookie: __Host-kruxos=" + seat),
                client.get("/api/v1/status", bearer("")),
                client.get("/api/v1/status", "Authorization: Basic cm9vdDpyb290"),
                client.get("/api/v1/status", bearer(live) + "\r\n" + bearer(live)),
                client.get("/api/v1/status?token=" + live),
                client.get("/api/v1/status?access_token=" + live),
                client.get("/api/v1/nothing"),
                client.send("PATCH", "/api/v1/status", new byte[0]));
        assertThat(answers).allSatisfy(answer -> {
            assertThat(answer.status).isEqualTo(401);
            assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer realm=\"kruxos\"");
            assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
            assertThat(answer.text()).isEqualTo(answers.getFirst().text());
        });
        assertThat(client.get("/api/v1/status?token=" + live, bearer(live)).status)
                .isEqualTo(400);
        assertThat(fixture.appendedEntries.toString()).doesNotContain("krx_user_", "krx_seat_", agent);
    }

    /**
     * Requests with a foreign Host or Origin are rejected on 7703. Fails without HostFilter: the last one would get
     * 401.
     */
    @Test
    void unknownHostsAndOriginsAreRejectedBeforeAuthentication() {
        var token = bearer(newToken(Scope.ADMIN));
        for (var head : List.of(
                "Host: evil.example\r\n" + token,
                "Host: localhost\r\nOrigin: https://evil.example\r\n" + token,
                "Host: localhost\r\nOrigin: null\r\n" + token,
                "Host: localhost\r\nOrigin: https://evil.example")) {
            assertThat(statusOf(head)).as(head).isEqualTo(403);
        }
        for (var head : List.of(
                "Host: localhost:7703\r\n" + token,
                "Host: [::1]:7703\r\n" + token,
                "Host: box.example.org\r\n" + token,
                "Host: 127.0.0.1\r\nOrigin: http://localhost:3000\r\n" + token)) {
            assertThat(statusOf(head)).as(head).isEqualTo(200);
        }
        assertThat(delays).isEmpty();
    }

    /**
     * Fails without {@code recordFailure} in TokenAuthenticator.authenticate, or if it comes before the token check.
     */
    @Test
    void guessesAreDelayedAndValidTokensAreNot() {
        var good = bearer(newToken(Scope.READ));
        for (var i = 0; i < TokenAuthenticator.THROTTLE_POLICY.freeFailures() + 3; i++) {
            assertThat(client.get("/api/v1/status", bearer("krx_user_" + "B".repeat(43))).status)
                    .isEqualTo(401);
        }
        var waited = List.copyOf(delays);
        assertThat(waited)
                .containsExactly(
                        TokenAuthenticator.THROTTLE_POLICY.firstDelay(),
                        TokenAuthenticator.THROTTLE_POLICY.firstDelay().multipliedBy(2),
                        TokenAuthenticator.THROTTLE_POLICY.firstDelay().multipliedBy(4));
        assertThat(client.get("/api/v1/status", good).status).isEqualTo(200);
        assertThat(delays).isEqualTo(waited);
    }

    /** Credentials of other listeners count as guesses. */
    @Test
    void credentialsOfOtherListenersCountAsGuesses() {
        var seat = operatorSessionKey();
        var tries = TokenAuthenticator.THROTTLE_POLICY.freeFailures() + 2;
        for (var i = 0; i < tries; i++) {
            fixture.advance(Duration.ofSeconds(1));
            assertThat(client.get("/api/v1/status", bearer(seat)).status).isEqualTo(401);
        }
        assertThat(delays).hasSize(2);
        assertThat(fixture.appendedEntries)
                .filteredOn(line -> line.entry().kind().equals("admin.refused"))
                .hasSize(tries)
                .allMatch(line -> line.entry().details().toString().contains("invalid or missing user token"));
        assertThat(fixture.appendedEntries.toString()).doesNotContain("krx_seat_");
    }

    /** Fails if RefusalAudit.recordThrottled writes every refusal, or does not count those between. */
    @Test
    void refusalsAreAuditedAtMostOnceASecondWithACount() {
        for (var i = 0; i < 4; i++) {
            client.get("/api/v1/status");
        }
        fixture.advance(Duration.ofSeconds(1));
        client.get("/api/v1/status");
        assertThat(fixture.appendedEntries)
                .extracting(line -> line.entry().kind() + " " + line.entry().details())
                .hasSize(2)
                .allMatch(line -> line.startsWith("admin.refused"))
                .anyMatch(line -> line.contains("attempts") && line.contains("4"));
    }

    @Test
    void malformedRequestsGetAProblemResponse() {
        for (var raw : List.of(
                "GET /api/v1/status HTTP/1.1\r\nConnection: close\r\n\r\n",
                "GARBAGE\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: localhost\r\nX: " + "a".repeat(20_000) + "\r\nConnection: close\r\n\r\n")) {
            var answer = client.sendRaw(raw.getBytes(StandardCharsets.ISO_8859_1));
            assertThat(answer.status).isBetween(400, 499);
            assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
            assertThat(answer.text()).doesNotContain("jetty").contains("\"hint\"");
        }
        var large =
                client.post("/api/v1/spaces", "a".repeat(ApiHandler.MAX_JSON_BYTES + 1), bearer(newToken(Scope.ADMIN)));
        assertThat(large.status).isEqualTo(413);
    }

    /**
     * A ticket is valid only on the gateway, and ends with the token that created it. Fails if TokenAdmin.revoke does
     * not end tickets.
     */
    @Test
    void revokingATokenEndsItsTickets() {
        requireDone(fixture.admin.agents().create(root(), "default", "bot", "", null))
                .close();
        var operator = newToken(Scope.OPERATE);
        var made = client.post("/api/v1/agents/bot/tickets", "", bearer(operator));
        assertThat(made.status).as(made.text()).isEqualTo(201);
        var ticket = made.json().get("ticket").stringValue().getBytes(StandardCharsets.US_ASCII);
        assertThat(made.json().get("expires").stringValue()).isEqualTo("2026-11-21T09:00:00Z");
        var inside = fixture.agents.authenticate(ticket).orElseThrow();
        var id = fixture.tokens.list().getFirst().id();
        assertThat(inside.via()).isEqualTo("user:" + id);
        assertThat(made.json().get("agent").stringValue())
                .isEqualTo(inside.agent().id());
        assertThat(client.get("/api/v1/agents/bot/tickets", bearer(operator)).status)
                .isEqualTo(403);
        var reader = bearer(newToken(Scope.READ));
        var listed = client.get("/api/v1/agents/bot/tickets", reader);
        assertThat(listed.json().get("items").get(0).get("id").stringValue()).isEqualTo(inside.keyId());
        assertThat(listed.text()).doesNotContain("krx_ticket_");
        assertThat(client.get("/api/v1/status", bearer(made.json().get("ticket").stringValue())).status)
                .isEqualTo(401);

        var hungUp = fixture.connectAgent(inside);
        var revoked = client.delete("/api/v1/user-tokens/" + id, bearer(newToken(Scope.ADMIN)));

        assertThat(revoked.json().get("tickets_ended").intValue()).isOne();
        assertThat(revoked.json().get("sessions_closed").intValue()).isOne();
        assertThat(hungUp.getAsBoolean()).isTrue();
        assertThat(fixture.agents.authenticate(ticket)).isEmpty();
        assertThat(fixture.agents.isCredentialValid(inside.agent().id(), inside.keyId()))
                .isFalse();
        assertThat(fixture.appendedEntries.toString())
                .doesNotContain("krx_ticket_")
                .contains("ticket.create");
    }

    private int statusOf(String head) {
        return client.sendRaw(("GET /api/v1/status HTTP/1.1\r\nConnection: close\r\n" + head + "\r\n\r\n")
                        .getBytes(StandardCharsets.ISO_8859_1))
                .status;
    }

    /** The key of a signed-in operator. */
    private String operatorSessionKey() {
        var operators = fixture.admin.operators();
        try (var invitation = requireDone(operators.add(root(), "ada"));
                var taken = requireDone(operators.acceptInvitation(
                        invitation.code().ascii(),
                        "correct horse battery staple".getBytes(StandardCharsets.US_ASCII),
                        "127.0.0.1",
                        "browser"))) {
            var key = taken.key().ascii();
            assertThat(operators.authenticate(key)).isPresent();
            return new String(key, StandardCharsets.US_ASCII);
        }
    }

    private String newToken(Scope scope) {
        try (var issued = requireDone(fixture.tokens.create(new NewUserToken("test", Set.of(scope), null)))) {
            return new String(issued.secret().ascii(), StandardCharsets.US_ASCII);
        }
    }

    private static String bearer(String token) {
        return "Authorization: Bearer " + token;
    }
}
