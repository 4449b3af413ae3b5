package com.kruxos.tokenapi;

import static com.kruxos.admin.AdminFixture.requireDone;
import static com.kruxos.admin.AdminFixture.root;
import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.admin.AdminFixture;
import com.kruxos.identity.NewUserToken;
import com.kruxos.identity.Scope;
import com.kruxos.web.LoopbackListener;
import com.kruxos.web.UnixPeer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenApiTest {
    private static final byte[] VALUE = "correct horse battery".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path home;

    private AdminFixture fixture;
    private LoopbackListener port;
    private TokenApi api;
    private RawApiClient client;

    @BeforeEach
    void open() {
        fixture = new AdminFixture(home);
        port = LoopbackListener.bind("api", "127.0.0.1", 0, Set.of());
        api = TokenApi.start(home, fixture.admin, fixture.tokens, fixture.database, fixture.clock(), port);
        client = new RawApiClient(api.socket())
                .checking(new ApiContract(
                        new RawApiClient(api.socket()).get("/openapi.json").json()));
    }

    @AfterEach
    void close() {
        api.close();
        fixture.close();
    }

    // Authentication

    @Test
    void ownUserNeedsNoToken() {
        assertThat(client.get("/api/v1/status").status).isEqualTo(200);
        assertThat(client.post("/api/v1/spaces", "{\"name\":\"other\"}").status).isEqualTo(201);
    }

    /** Fails without {@code trustedUsers::contains} in PeerAuthenticator.requireTrustedUser. */
    @Test
    void otherUsersAreRejectedAndAudited() {
        api.close();
        api = TokenApi.start(
                home,
                TokenApi.createContext(fixture.admin, fixture.database, fixture.clock()),
                fixture.tokens,
                null,
                _ -> true,
                Map.of(),
                Set.of(UnixPeer.userWithId(65533)));
        client = new RawApiClient(api.socket());

        var refused = client.get("/api/v1/status");

        assertThat(refused.status).isEqualTo(403);
        assertThat(refused.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(fixture.appendedEntries.toString()).contains("admin.refused").contains("untrusted user");
    }

    /**
     * Every invalid token gets the same response. Fails if PeerAuthenticator.authenticate falls back to the peer, or if
     * one of these cases gets its own text.
     */
    @Test
    void allInvalidTokensGetTheSameResponse() {
        var live = newToken(Scope.ADMIN);
        assertThat(client.get("/api/v1/status", bearer(live)).status).isEqualTo(200);
        fixture.advance(Duration.ofSeconds(1));
        var revoked = newToken(Scope.ADMIN);
        requireDone(fixture.admin
                .tokens()
                .revoke(root(), fixture.tokens.list().getLast().id()));
        var expired = newToken(Scope.ADMIN, Duration.ofHours(1));
        fixture.advance(Duration.ofHours(1));

        var answers = List.of(
                        bearer(revoked),
                        bearer(expired),
                        bearer("krx_user_" + "A".repeat(43)),
                        bearer("krx_user_short"),
                        bearer("0".repeat(64)),
                        "Authorization: Bearer",
                        "Authorization: Basic cm9vdDpyb290",
                        "Authorization: " + live,
                        "Authorization: ",
                        bearer(live) + "\r\n" + bearer(live))
                .stream()
                .map(header -> client.get("/api/v1/status", header))
                .toList();

        assertThat(answers).allSatisfy(answer -> {
            assertThat(answer.status).isEqualTo(401);
            assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer realm=\"kruxos\"");
            assertThat(answer.text()).isEqualTo(answers.getFirst().text());
        });
        assertThat(fixture.appendedEntries.toString())
                .contains("invalid user token")
                .doesNotContain("krx_user_");
    }

    /** A revoked token is rejected by its next request. Fails if the revocation changes the table but not the cache. */
    @Test
    void aRevokedTokenIsRejectedAtOnce() {
        var made = client.post("/api/v1/user-tokens", "{\"label\":\"laptop\",\"scopes\":[\"admin\"]}");
        assertThat(made.status).isEqualTo(201);
        var token = made.json().get("token").stringValue();
        var id = made.json().get("user_token").get("id").stringValue();
        assertThat(token).matches("krx_user_[A-Za-z0-9_-]{43}");

        assertThat(client.delete("/api/v1/user-tokens/" + id, bearer(token)).status)
                .isEqualTo(200);
        assertThat(client.get("/api/v1/status", bearer(token)).status).isEqualTo(401);
        assertThat(client.get("/api/v1/user-tokens").text()).contains("revoked").doesNotContain(token);
    }

    @Test
    void requestsFromBrowsersAreRejected() {
        assertThat(client.get("/api/v1/status", "Origin: http://localhost").status)
                .isEqualTo(403);
    }

    // Authorization

    /** Fails if a route requires another scope, or if ApiHandler.requireAccess does not check it. */
    @Test
    void everyRouteRequiresExactlyItsScope() {
        for (var route : ApiRoutes.table(fixture.admin)) {
            if (route.access().scope() == null) {
                continue;
            }
            for (var scope : Scope.values()) {
                var header = bearer(newToken(scope));
                var path = route.path().replaceAll("\\{\\w+}", "nothing");
                var answer = client.send(route.method(), path, new byte[0], header);
                var enough =
                        !route.access().localOnly() && (scope == route.access().scope() || scope == Scope.ADMIN);
                assertThat(answer.status == 403)
                        .as("%s %s with scope %s answered %s", route.method(), path, scope.text(), answer.status)
                        .isEqualTo(!enough);
                if (!enough) {
                    assertThat(answer.text())
                            .contains(
                                    route.access().localOnly()
                                            ? "no user token allows this"
                                            : "lacks the scope "
                                                    + Objects.requireNonNull(route.access()
                                                                    .scope())
                                                            .text());
                }
            }
        }
        assertThat(fixture.appendedEntries.toString()).contains("missing scope admin", "local access required");
    }

    @Test
    void theRoutesHaveTheDocumentedScopes() {
        var reads = ApiRoutes.table(fixture.admin).stream()
                .filter(route -> route.isRead() && route.access().scope() != null)
                .toList();
        assertThat(reads)
                .allSatisfy(route -> assertThat(route.access().scope())
                        .isEqualTo(route.path().endsWith("/secrets/{scope}/{key}") ? Scope.SECRETS_READ : Scope.READ));
        assertThat(ApiRoutes.table(fixture.admin))
                .filteredOn(route -> route.access().scope() == Scope.OPERATE)
                .extracting(ApiRoute::path)
                .containsExactlyInAnyOrder(
                        "/api/v1/agents/{agent}/pause",
                        "/api/v1/agents/{agent}/resume",
                        "/api/v1/agents/{agent}/tickets",
                        "/api/v1/agents/{agent}/tickets/{ticket}",
                        "/api/v1/servers/{server}/enable",
                        "/api/v1/servers/{server}/disable",
                        "/api/v1/sessions/{session}");
    }

    /** Changes and reads of secrets are audited. Fails if an operation bypasses AuditedActions. */
    @Test
    void everyChangeAndEverySecretReadIsAudited() {
        var agent = client.post("/api/v1/agents", "{\"name\":\"bot\"}");
        var token = client.post("/api/v1/user-tokens", "{\"label\":\"laptop\"}");
        client.post("/api/v1/spaces", "{\"name\":\"other\"}");
        client.post("/api/v1/operators", "{\"name\":\"ada\"}");
        client.post("/api/v1/servers", "{\"name\":\"git\",\"command\":[\"true\"]}");
        client.put("/api/v1/secrets/git/token", VALUE);
        var ids = Map.of(
                "{agent}", "bot",
                "{space}", "other",
                "{server}", "git",
                "{operator}", "ada",
                "{scope}", "git",
                "{key}", "token",
                "{ticket}", "tkt_none",
                "{session}", "ses_none",
                "{token}", token.json().get("user_token").get("id").stringValue());
        assertThat(agent.status).isEqualTo(201);
        for (var route : ApiRoutes.table(fixture.admin)) {
            var path = route.path();
            for (var id : ids.entrySet()) {
                path = path.replace(id.getKey(), id.getValue());
            }
            var sensitive = !route.method().equals("GET") || route.subject().equals("secrets");
            fixture.appendedEntries.clear();
            var answer = switch (route.input().bodyKind()) {
                case OCTET_STREAM -> client.put(path, VALUE);
                case JSON ->
                    client.send(
                            route.method(),
                            path,
                            minimalBody(route).getBytes(StandardCharsets.UTF_8),
                            "Content-Type: application/json");
                case NONE -> client.send(route.method(), path, new byte[0]);
            };
            assertThat(answer.status)
                    .as("%s %s: %s", route.method(), path, answer.text())
                    .isLessThan(500);
            assertThat(fixture.closedActions().isEmpty())
                    .as(
                            "%s %s answered %s and recorded %s",
                            route.method(), path, answer.status, fixture.closedActions())
                    .isEqualTo(!sensitive);
            if (route.path().equals("/api/v1/servers/{server}")
                    && route.method().equals("DELETE")) {
                client.post("/api/v1/servers", "{\"name\":\"git\",\"command\":[\"true\"]}");
            }
            if (route.path().equals("/api/v1/secrets/{scope}/{key}")
                    && route.method().equals("DELETE")) {
                client.put("/api/v1/secrets/git/token", VALUE);
            }
            if (route.path().equals("/api/v1/operators/{operator}")
                    && route.method().equals("DELETE")) {
                client.post("/api/v1/operators", "{\"name\":\"ada\"}");
            }
            if (route.path().equals("/api/v1/spaces/{space}") && route.method().equals("DELETE")) {
                client.post("/api/v1/spaces", "{\"name\":\"other\"}");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/api/v1",
                "/api/v1/",
                "/api/v2/status",
                "/api/v1/nothing",
                "/api/v1/status/",
                "/api/v1/agents/",
                "/api/v1/agents/a/b/c",
                "/api/v1/secrets//token",
                "//api/v1/status"
            })
    void unknownPathsAreNotFound(String path) {
        var answer = client.get(path);
        assertThat(answer.status).as(answer.text()).isIn(404, 400);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
    }

    @Test
    void aWrongMethodGetsTheAllowedMethods() {
        var answer = client.send("PATCH", "/api/v1/agents", new byte[0]);
        assertThat(answer.status).isEqualTo(405);
        assertThat(answer.header("Allow")).isEqualTo("GET, POST");
        assertThat(client.send("HEAD", "/api/v1/status", new byte[0]).status).isEqualTo(405);
    }

    // Requests

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "[]",
                "null",
                "\"name\"",
                "{\"name\":\"a\"} {}",
                "{\"name\":\"a\",\"name\":\"b\"}",
                "{'name':'a'}",
                "{\"name\":1}",
                "{\"name\":null}",
                "{\"name\":[\"a\"]}",
                "{}",
                "",
                "{\"name\":\"a\",}",
                "\uFEFF{\"name\":\"a\"}",
                "{\"name\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":1}}}}}}}}}}"
            })
    void invalidJsonIsRejected(String body) {
        var answer = client.post("/api/v1/spaces", body);
        assertThat(answer.status).as(answer.text()).isEqualTo(400);
        assertProblem(answer);
        assertThat(fixture.admin.spaces().list()).hasSize(1);
    }

    @Test
    void invalidUtf8IsRejected() {
        var body = new byte[] {'{', '"', 'n', 'a', 'm', 'e', '"', ':', '"', (byte) 0xc3, '"', '}'};
        var answer = client.send("POST", "/api/v1/spaces", body, "Content-Type: application/json");
        assertThat(answer.status).isEqualTo(400);
        assertThat(answer.text()).contains("UTF-8");
    }

    @Test
    void unknownNamesGetASuggestion() {
        var answer = client.post("/api/v1/agents", "{\"name\":\"a\",\"porpose\":\"x\"}");
        assertThat(answer.status).isEqualTo(400);
        assertThat(answer.json().get("detail").stringValue()).contains("porpose");
        assertThat(answer.json().get("hint").stringValue()).contains("purpose");
        var query = client.get("/api/v1/agents?spaec=default");
        assertThat(query.status).isEqualTo(400);
        assertThat(query.json().get("hint").stringValue()).contains("space");
        assertThat(client.get("/api/v1/agents?space=default&space=other").status)
                .isEqualTo(400);
        assertThat(client.get("/api/v1/agents?space=%ff").status).isEqualTo(400);
    }

    /** Fails without the limits in BodyReader: one is for Content-Length, one for chunked bodies. */
    @Test
    void bodySizesAreLimited() {
        var large = "{\"name\":\"" + "a".repeat(ApiHandler.MAX_JSON_BYTES) + "\"}";
        assertThat(client.post("/api/v1/spaces", large).status).isEqualTo(413);
        var secret = client.put("/api/v1/secrets/git/token", new byte[ApiHandler.MAX_SECRET_BYTES + 1]);
        assertThat(secret.status).isEqualTo(413);
        assertThat(secret.text()).contains("65536");
        assertThat(client.put("/api/v1/secrets/git/token", new byte[ApiHandler.MAX_SECRET_BYTES]).status)
                .isEqualTo(200);
        var chunk = "1000\r\n" + "a".repeat(0x1000) + "\r\n";
        var chunked =
                client.sendRaw(("PUT /api/v1/secrets/git/token HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                                + "Content-Type: application/octet-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
                                + chunk.repeat(17) + "0\r\n\r\n")
                        .getBytes(StandardCharsets.ISO_8859_1));
        assertThat(chunked.status).isEqualTo(413);
    }

    @Test
    void wrongMediaTypesAreRejected() {
        assertThat(client.send("POST", "/api/v1/spaces", "name=a".getBytes(StandardCharsets.UTF_8)).status)
                .isEqualTo(415);
        assertThat(client.send("PUT", "/api/v1/secrets/a/b", VALUE, "Content-Type: text/plain").status)
                .isEqualTo(415);
        assertThat(client.send("GET", "/api/v1/status", VALUE).status).isEqualTo(400);
    }

    /** Fails without ProblemErrorHandler: Jetty's own error page would be sent. */
    @Test
    void malformedRequestsGetAProblemResponse() {
        for (var raw : List.of(
                "GET /api/v1/status HTTP/1.1\r\nConnection: close\r\n\r\n",
                "GARBAGE\r\n\r\n",
                "GET /%zz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
                "GET /api/v1/agents/a%2Fb HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
                "GET /api/v1/../x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: localhost\r\nX: " + "a".repeat(10_000) + "\r\nConnection: close\r\n\r\n")) {
            var answer = client.sendRaw(raw.getBytes(StandardCharsets.ISO_8859_1));
            assertThat(answer.status).isBetween(400, 499);
            assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
            assertThat(answer.text()).doesNotContain("jetty").doesNotContain("Exception");
            assertProblem(answer);
        }
    }

    /** Fails if EndpointHandler discloses an exception. */
    @Test
    void internalErrorsAreNotDisclosed() {
        fixture.appendFailure = new IllegalStateException("hunter2");
        var answer = client.post("/api/v1/spaces", "{\"name\":\"other\"}");
        assertThat(answer.status).isEqualTo(500);
        assertThat(answer.text()).doesNotContain("hunter2").doesNotContain("Exception");
        assertProblem(answer);
    }

    // Responses

    @Test
    void anAgentCanBeManaged() {
        var made = client.post("/api/v1/agents", "{\"name\":\"bot\",\"purpose\":\"builds\",\"expires\":\"30d\"}");
        assertThat(made.status).isEqualTo(201);
        var key = made.json().get("key").stringValue();
        assertThat(key).matches("[0-9a-f]{64}");
        assertThat(made.json().get("agent").get("expires").stringValue()).isEqualTo("2026-12-21T08:00:00Z");
        var shown = client.get("/api/v1/agents/bot");
        assertThat(shown.json()).isEqualTo(made.json().get("agent"));
        assertThat(shown.text()).doesNotContain(key).contains(key.substring(60));
        assertThat(client.get("/api/v1/agents/" + shown.json().get("id").stringValue())
                        .json())
                .isEqualTo(shown.json());

        var rotated = client.post("/api/v1/agents/bot/rotate", "{\"overlap\":\"24h\"}");
        assertThat(rotated.json().get("agent").get("keys").size()).isEqualTo(2);
        assertThat(client.post("/api/v1/agents/bot/pause", "")
                        .json()
                        .get("agent")
                        .get("state")
                        .stringValue())
                .isEqualTo("paused");
        assertThat(client.post("/api/v1/agents/bot/resume", "")
                        .json()
                        .get("agent")
                        .get("state")
                        .stringValue())
                .isEqualTo("active");
        var revoked = client.post("/api/v1/agents/bot/revoke", "");
        assertThat(revoked.json().get("sessions_closed").intValue()).isZero();
        assertThat(client.post("/api/v1/agents/bot/rotate", "").status).isEqualTo(409);
        assertThat(client.post("/api/v1/agents", "{\"name\":\"bot\"}").status).isEqualTo(409);
        assertThat(client.post("/api/v1/agents/bot/restore", "{}")
                        .json()
                        .get("key")
                        .stringValue())
                .matches("[0-9a-f]{64}")
                .isNotEqualTo(key);
        assertThat(client.get("/api/v1/agents/nobody").status).isEqualTo(404);
        assertThat(client.get("/api/v1/agents/bot?space=nowhere").status).isEqualTo(404);
        assertThat(client.post("/api/v1/agents/bot/rotate", "{\"overlap\":\"soon\"}").status)
                .isEqualTo(400);
    }

    /** A secret is stored and returned byte for byte. */
    @Test
    void aSecretCanBeWrittenReadListedAndDeleted() {
        var every = new byte[256];
        for (var i = 0; i < every.length; i++) {
            every[i] = (byte) i;
        }
        var kept = client.put("/api/v1/secrets/git/token", every);
        assertThat(kept.json().toString()).isEqualTo("{\"name\":\"git/token\",\"version\":1,\"recycled\":[]}");
        var got = client.get("/api/v1/secrets/git/token");
        assertThat(got.body).isEqualTo(every);
        assertThat(got.header("Content-Type")).isEqualTo("application/octet-stream");
        assertThat(got.header("Cache-Control")).isEqualTo("no-store");
        assertThat(client.get("/api/v1/secrets")
                        .json()
                        .get("items")
                        .get(0)
                        .get("name")
                        .stringValue())
                .isEqualTo("git/token");
        assertThat(client.put("/api/v1/secrets/git/pin", new byte[] {1, 2}).status)
                .isEqualTo(400);
        assertThat(client.put("/api/v1/secrets/git/pin?allow_short=true", new byte[] {1, 2})
                        .text())
                .contains("not redacted");
        assertThat(client.delete("/api/v1/secrets/git/pin")
                        .json()
                        .get("deleted")
                        .intValue())
                .isOne();
        assertThat(client.delete("/api/v1/secrets/git/").json().get("note").stringValue())
                .contains("backup");
        assertThat(client.get("/api/v1/secrets/git/token").status).isEqualTo(404);
    }

    @Test
    void serversCanBeManaged() {
        var made = client.post(
                "/api/v1/servers",
                "{\"name\":\"git\",\"command\":[\"git-mcp\"],\"env\":{\"TOKEN\":\"secret:git/token\"},\"prefix\":false}");
        assertThat(made.status).as(made.text()).isEqualTo(201);
        assertThat(made.json().get("state").get("name").stringValue()).isEqualTo("stopped");
        assertThat(client.get("/api/v1/servers/git/tools").text())
                .contains("git__log")
                .contains("upstream_name");
        assertThat(client.get("/api/v1/servers/git/logs?limit=2").text())
                .isEqualTo("{\"items\":[{\"line\":\"two\"},{\"line\":\"three\"}]}");
        assertThat(client.post("/api/v1/servers/git/disable", "")
                        .json()
                        .get("enabled")
                        .booleanValue())
                .isFalse();
        assertThat(client.post("/api/v1/servers", "{\"name\":\"x\",\"command\":\"true\"}").status)
                .isEqualTo(400);
        assertThat(client.delete("/api/v1/servers/git").status).isEqualTo(200);
        assertThat(client.get("/api/v1/servers/git").status).isEqualTo(404);
    }

    @Test
    void listsContinueAfterTheCursor() {
        for (var name : List.of("c", "a", "d", "b")) {
            client.post("/api/v1/agents", "{\"name\":\"" + name + "\"}");
        }
        var first = client.get("/api/v1/agents?limit=2").json();
        assertThat(first.get("items").findValuesAsString("name")).containsExactly("a", "b");
        assertThat(first.get("next").stringValue()).isEqualTo("b");
        var second = client.get("/api/v1/agents?limit=2&after=b").json();
        assertThat(second.get("items").findValuesAsString("name")).containsExactly("c", "d");
        assertThat(second.has("next")).isFalse();
        for (var limit : List.of("0", "501", "-1", "x", "99999999999999999999")) {
            assertThat(client.get("/api/v1/agents?limit=" + limit).status).isEqualTo(400);
        }
    }

    @Test
    void statusShowsCountsAndHealth() {
        client.post("/api/v1/agents", "{\"name\":\"bot\"}");
        var status = client.get("/api/v1/status").json();
        assertThat(status.get("health").get("state").stringValue()).isEqualTo("yellow");
        assertThat(status.get("counts").get("agents").intValue()).isOne();
        assertThat(status.get("ports").get("mcp").intValue()).isEqualTo(7700);
        assertThat(status.get("key").get("plain").booleanValue()).isTrue();
        assertThat(status.get("audit").get("records").longValue()).isPositive();
    }

    @Test
    void theAuditLogCanBeFiltered() {
        client.post("/api/v1/agents", "{\"name\":\"bot\"}");
        var user = newToken(Scope.ADMIN);
        client.post("/api/v1/agents/bot/pause", "", bearer(user));
        var userId = fixture.tokens.list().getFirst().id();

        var newest = client.get("/api/v1/audit?limit=2").json().get("items");
        assertThat(newest.findValuesAsString("kind")).containsExactly("admin.opened", "admin.closed");
        assertThat(newest.get(1).get("action").stringValue()).isEqualTo("agent.pause");
        assertThat(newest.get(1).get("principal").get("type").stringValue()).isEqualTo("user");
        assertThat(newest.get(1).get("details").get("opened").longValue())
                .isEqualTo(newest.get(0).get("seq").longValue());
        var byUser = client.get("/api/v1/audit?principal=user:" + userId).json();
        assertThat(byUser.get("items")).isEqualTo(newest);
        assertThat(byUser.has("next")).isFalse();
        assertThat(client.get("/api/v1/audit?principal=" + userId).json()).isEqualTo(byUser);
        var byRoot = client.get("/api/v1/audit?principal=root").json().get("items");
        assertThat(byRoot.get(byRoot.size() - 1).get("action").stringValue()).isEqualTo("agent.create");
        assertThat(client.get("/api/v1/audit?kind=admin.closed")
                        .json()
                        .get("items")
                        .findValuesAsString("kind"))
                .isNotEmpty()
                .containsOnly("admin.closed");
        var page = client.get("/api/v1/audit?after=1&limit=1").json();
        assertThat(page.get("items").get(0).get("seq").longValue()).isEqualTo(2);
        assertThat(page.get("next").stringValue()).isEqualTo("2");
        assertThat(client.get("/api/v1/audit?before=3&limit=1")
                        .json()
                        .get("items")
                        .get(0)
                        .get("seq")
                        .longValue())
                .isEqualTo(2);
        assertThat(client.get("/api/v1/audit?agent=bot").status).isEqualTo(200);
        assertThat(client.get("/api/v1/audit?agent=nobody").status).isEqualTo(404);
        assertThat(client.get("/api/v1/audit?after=x").status).isEqualTo(400);
        assertThat(client.get("/api/v1/audit?wait=1").status).isEqualTo(400);
        assertThat(client.get("/api/v1/audit?after=0&wait=21").status).isEqualTo(400);
        var verified = client.get("/api/v1/audit/verify").json();
        assertThat(verified.get("ok").booleanValue()).isTrue();
        assertThat(verified.get("head").stringValue()).matches("[0-9a-f]{64}");
        assertThat(client.get("/api/v1/status").json().get("audit").get("head")).isEqualTo(verified.get("head"));
    }

    /** The response contains the record, whether the wait starts before or after it is written. */
    @Test
    void aWaitingAuditQueryReturnsWhenARecordArrives() throws Exception {
        var last = fixture.audit.lastSeq();
        try (var pool = Executors.newSingleThreadExecutor()) {
            var waiting = pool.submit(() -> client.get("/api/v1/audit?wait=20&after=" + last));
            client.post("/api/v1/agents", "{\"name\":\"bot\"}");
            assertThat(waiting.get().json().get("items").get(0).get("seq").longValue())
                    .isEqualTo(last + 1);
        }
    }

    /** Fails if an action runs although its intent was not written. */
    @Test
    void nothingIsDoneWhenTheAuditLogFails() {
        fixture.audit.close();
        var answer = client.post("/api/v1/agents", "{\"name\":\"bot\"}");
        assertThat(answer.status).as(answer.text()).isEqualTo(503);
        assertProblem(answer);
        assertThat(fixture.agents.list(null)).isEmpty();
        assertThat(client.get("/api/v1/secrets/git/token").status).isEqualTo(503);
        assertThat(client.get("/api/v1/agents").status).isEqualTo(200);
    }

    @Test
    void aConnectionServesSeveralRequests() {
        var one = "GET /api/v1/spaces HTTP/1.1\r\nHost: localhost\r\n\r\n";
        var last = "GET /api/v1/nothing HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        var answers = client.sendRaw((one + one + last).getBytes(StandardCharsets.ISO_8859_1));
        assertThat(answers.status).isEqualTo(200);
        assertThat(answers.text()).containsOnlyOnce("HTTP/1.1 200").containsOnlyOnce("HTTP/1.1 404");
    }

    /** A body with the required members only. */
    private static String minimalBody(ApiRoute route) {
        if (!route.isRead()
                && route.subject().equals("servers")
                && route.input().bodyMembers().contains("command")) {
            return "{\"name\":\"x\",\"command\":[\"x\"]}";
        }
        return route.input().bodyMembers().contains("name")
                ? "{\"name\":\"x\"}"
                : route.input().bodyMembers().contains("label") ? "{\"label\":\"x\"}" : "{}";
    }

    private static void assertProblem(RawApiClient.RawApiResponse answer) {
        assertThat(answer.json().propertyNames())
                .containsExactly("type", "title", "status", "detail", "hint", "reference");
        assertThat(answer.json().get("status").intValue()).isEqualTo(answer.status);
    }

    private String newToken(Scope scope) {
        return newToken(scope, Duration.ofDays(1));
    }

    private String newToken(Scope scope, Duration life) {
        var wanted = new NewUserToken(
                "test", Set.of(scope), fixture.clock().instant().plus(life));
        try (var issued = requireDone(fixture.tokens.create(wanted))) {
            return new String(issued.secret().ascii(), StandardCharsets.US_ASCII);
        }
    }

    private static String bearer(String token) {
        return "Authorization: Bearer " + token;
    }
}
