package com.kruxos.tokenapi;

import static com.kruxos.admin.AdminFixture.requireDone;
import static com.kruxos.admin.AdminFixture.root;
import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.admin.AdminFixture;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Edits and conditional changes: ETag, If-Match, If-None-Match. */
class ConditionalRequestsTest {
    private static final byte[] VALUE = "correct horse battery".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path home;

    private AdminFixture fixture;
    private TokenApi api;
    private RawApiClient client;

    @BeforeEach
    void open() {
        fixture = new AdminFixture(home);
        api = TokenApi.start(
                home,
                TokenApi.createContext(fixture.admin, fixture.database, fixture.clock()),
                fixture.tokens,
                null,
                _ -> true,
                java.util.Map.of(),
                TokenApi.trustedUsers());
        client = new RawApiClient(api.socket())
                .checking(new ApiContract(
                        new RawApiClient(api.socket()).get("/openapi.json").json()));
        client.post("/api/v1/agents", "{\"name\":\"bot\",\"purpose\":\"builds\"}");
    }

    @AfterEach
    void close() {
        api.close();
        fixture.close();
    }

    @Test
    void anAgentCanBeEdited() {
        var edited = patch("bot", "{\"purpose\":\"tests\",\"expires\":\"1h\"}");
        assertThat(edited.status).as(edited.text()).isEqualTo(200);
        var shown = client.get("/api/v1/agents/bot");
        assertThat(shown.json()).isEqualTo(edited.json().get("agent"));
        assertThat(shown.json().get("purpose").stringValue()).isEqualTo("tests");
        assertThat(shown.json().get("expires").stringValue()).isEqualTo("2026-11-21T09:00:00Z");
        assertThat(patch("bot", "{}").json().get("agent")).isEqualTo(shown.json());
        assertThat(patch("bot", "{\"expires\":null}").json().get("agent").has("expires"))
                .isFalse();
        for (var wrong : List.of(
                "{\"purpose\":null}",
                "{\"purpose\":\"\u0007\"}",
                "{\"expires\":\"2020-01-01T00:00:00Z\"}",
                "{\"name\":\"other\"}")) {
            assertThat(patch("bot", wrong).status).as(wrong).isEqualTo(400);
        }
        assertThat(patch("nobody", "{}").status).isEqualTo(404);
        assertThat(fixture.closedActions()).contains("agent.edit done", "agent.edit refused");
    }

    /** Fails if AgentAdmin does not move the end of open sessions to the new expiry. */
    @Test
    void sessionsEndAtTheNewExpiryAndAnExpiredAgentStaysExpired() {
        try (var issued = requireDone(fixture.admin.agents().create(root(), "default", "brief", "", null))) {
            var inside = fixture.agents.authenticate(issued.key().ascii()).orElseThrow();
            var gone = fixture.connectAgent(inside);
            patch("brief", "{\"expires\":\"1h\"}");
            patch("brief", "{\"expires\":\"2h\"}");
            fixture.advance(Duration.ofHours(1));
            assertThat(fixture.sessions.endExpired(fixture.clock().instant())).isZero();
            fixture.advance(Duration.ofHours(1));
            assertThat(fixture.sessions.endExpired(fixture.clock().instant())).isOne();
            assertThat(gone.getAsBoolean()).isTrue();
            assertThat(patch("brief", "{\"expires\":\"9h\"}").status).isEqualTo(409);
            assertThat(patch("brief", "{\"purpose\":\"was here\"}").status).isEqualTo(200);
            assertThat(fixture.agents.authenticate(issued.key().ascii())).isEmpty();
            var lasting = fixture.connectAgent(inside);
            assertThat(lasting.getAsBoolean()).isFalse();
        }
    }

    @Test
    void resourcesHaveETagsAndListsHaveNone() {
        client.post("/api/v1/servers", "{\"name\":\"git\",\"command\":[\"true\"]}");
        client.put("/api/v1/secrets/git/token", VALUE);
        var token = client.post("/api/v1/user-tokens", "{\"label\":\"laptop\"}")
                .json()
                .get("user_token")
                .get("id")
                .stringValue();
        for (var path : List.of(
                "/agents/bot", "/spaces/default", "/servers/git", "/secrets/git/token", "/user-tokens/" + token)) {
            var answer = client.get("/api/v1" + path);
            var tag = answer.header("ETag");
            assertThat(tag).as(path).matches("\"[a-z0-9]+\\.[a-z0-9]+\"");
            var again = client.get("/api/v1" + path, "If-None-Match: \"other.one\", " + tag);
            assertThat(again.status).as(path).isEqualTo(304);
            assertThat(again.body).isEmpty();
            assertThat(again.header("ETag")).isEqualTo(tag);
            assertThat(client.get("/api/v1" + path, "If-None-Match: \"other.one\"").status)
                    .isEqualTo(200);
        }
        assertThat(client.get("/api/v1/agents").header("ETag")).isEmpty();
    }

    /** Fails without {@code matchesIfMatch} in ConditionalRequests.checkPreconditions. */
    @Test
    void aStaleIfMatchIsRejected() {
        var tag = client.get("/api/v1/agents/bot").header("ETag");
        assertThat(patch("bot", "{\"purpose\":\"tests\"}", "If-Match: " + tag).status)
                .isEqualTo(200);
        var late = patch("bot", "{\"purpose\":\"lost update\"}", "If-Match: " + tag);
        assertThat(late.status).isEqualTo(412);
        assertThat(late.json().get("hint").stringValue()).contains("ETag");
        assertThat(client.post("/api/v1/agents/bot/revoke", "", "If-Match: " + tag).status)
                .isEqualTo(412);
        var now = client.get("/api/v1/agents/bot");
        assertThat(now.json().get("purpose").stringValue()).isEqualTo("tests");
        assertThat(patch("bot", "{}", "If-Match: *").status).isEqualTo(200);
        assertThat(patch("bot", "{}", "If-Match: W/" + now.header("ETag")).status)
                .isEqualTo(412);
        assertThat(patch("nobody", "{}", "If-Match: *").status).isEqualTo(412);
        assertThat(patch("bot", "{}").status).isEqualTo(200);
    }

    /** Fails if volatile members are part of the first half of the ETag, or missing from the second. */
    @Test
    void aNewSessionChangesIfNoneMatchButNotIfMatch() {
        var key = client.post("/api/v1/agents/bot/rotate", "").json().get("key").stringValue();
        var tag = client.get("/api/v1/agents/bot").header("ETag");
        fixture.connectAgent(fixture.agents
                .authenticate(key.getBytes(StandardCharsets.US_ASCII))
                .orElseThrow());
        assertThat(client.get("/api/v1/agents/bot", "If-None-Match: " + tag).status)
                .isEqualTo(200);
        assertThat(patch("bot", "{\"purpose\":\"x\"}", "If-Match: " + tag).status)
                .isEqualTo(200);
    }

    @Test
    void theResponseToAChangeHasTheNewETag() {
        var tag = patch("bot", "{\"purpose\":\"one\"}").header("ETag");
        tag = patch("bot", "{\"purpose\":\"two\"}", "If-Match: " + tag).header("ETag");
        tag = client.post("/api/v1/agents/bot/pause", "", "If-Match: " + tag).header("ETag");
        assertThat(patch("bot", "{\"purpose\":\"three\"}", "If-Match: " + tag).status)
                .isEqualTo(200);
    }

    @Test
    void conditionalWritesOfSecretsAreChecked() {
        assertThat(client.put("/api/v1/secrets/git/token", VALUE, "If-None-Match: *").status)
                .isEqualTo(200);
        assertThat(client.put("/api/v1/secrets/git/token", VALUE, "If-None-Match: *").status)
                .isEqualTo(412);
        var tag = client.get("/api/v1/secrets/git/token").header("ETag");
        fixture.appendedEntries.clear();
        assertThat(client.put("/api/v1/secrets/git/token", VALUE, "If-Match: " + tag).status)
                .isEqualTo(200);
        assertThat(client.put("/api/v1/secrets/git/token", VALUE, "If-Match: " + tag).status)
                .isEqualTo(412);
        assertThat(client.delete("/api/v1/secrets/git/token", "If-Match: " + tag).status)
                .isEqualTo(412);
        assertThat(fixture.closedActions()).as("comparing reads no value").containsExactly("secret.put done");
    }

    @Test
    void anUnsupportedConditionIsRejected() {
        assertThat(client.post("/api/v1/spaces", "{\"name\":\"x\"}", "If-Match: *").status)
                .isEqualTo(400);
        assertThat(patch("bot", "{}", "If-None-Match: \"a.b\"").status).isEqualTo(400);
        assertThat(client.delete("/api/v1/secrets/git/", "If-Match: *").status).isEqualTo(400);
    }

    /**
     * Fails without the write lock in ConditionalRequests.change: two requests with the same ETag would both succeed.
     */
    @Test
    void onlyOneOfManyConcurrentConditionalChangesSucceeds() throws Exception {
        var tag = client.get("/api/v1/agents/bot").header("ETag");
        try (var pool = Executors.newFixedThreadPool(8)) {
            var tasks = java.util.stream.IntStream.range(0, 16)
                    .<Callable<Integer>>mapToObj(
                            i -> () -> patch("bot", "{\"purpose\":\"writer " + i + "\"}", "If-Match: " + tag).status)
                    .toList();
            var statuses = new java.util.ArrayList<Integer>();
            for (var done : pool.invokeAll(tasks)) {
                statuses.add(done.get());
            }
            assertThat(statuses).containsOnly(200, 412).containsOnlyOnce(200);
        }
    }

    private RawApiClient.RawApiResponse patch(String agent, String json, String... headers) {
        var all = java.util.Arrays.copyOf(headers, headers.length + 1);
        all[headers.length] = "Content-Type: application/json";
        return client.send("PATCH", "/api/v1/agents/" + agent, json.getBytes(StandardCharsets.UTF_8), all);
    }
}
