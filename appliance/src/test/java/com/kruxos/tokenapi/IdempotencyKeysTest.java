package com.kruxos.tokenapi;

import static com.kruxos.admin.AdminFixture.requireDone;
import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.admin.AdminFixture;
import com.kruxos.identity.NewUserToken;
import com.kruxos.identity.Scope;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A request that is repeated with the same Idempotency-Key creates nothing. */
class IdempotencyKeysTest {
    private static final String KEY_HEADER = "Idempotency-Key: 4f1c-1";

    @TempDir
    Path home;

    private AdminFixture fixture;
    private TokenApi api;
    private RawApiClient client;

    @BeforeEach
    void open() {
        fixture = new AdminFixture(home);
        start();
    }

    @AfterEach
    void close() {
        api.close();
        fixture.close();
    }

    private void start() {
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
    }

    /** Fails without the claim in IdempotencyKeys.executeOnce, for each route that creates something. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/spaces | {\"name\":\"other\"} | id",
                "/agents | {\"name\":\"new\"} | agent/id",
                "/agents/bot/rotate | {} | ",
                "/agents/gone/restore | {} | ",
                "/agents/bot/tickets | {} | id",
                "/user-tokens | {\"label\":\"laptop\"} | user_token/id",
                "/operators | {\"name\":\"ada\"} | operator/id",
                "/operators/eve/reset-passphrase | {} | operator/id",
                "/servers | {\"name\":\"git\",\"command\":[\"true\"]} | id"
            })
    void aRepeatedRequestGetsTheIdOfTheFirst(String path, String body, @Nullable String id) throws IOException {
        client.post("/api/v1/agents", "{\"name\":\"bot\"}");
        client.post("/api/v1/agents", "{\"name\":\"gone\"}");
        client.post("/api/v1/agents/gone/revoke", "");
        client.post("/api/v1/operators", "{\"name\":\"eve\"}");
        var first = client.post("/api/v1" + path, body, KEY_HEADER);
        assertThat(first.status).as(first.text()).isIn(200, 201);
        fixture.appendedEntries.clear();

        var second = client.post("/api/v1" + path, body, KEY_HEADER);

        assertThat(second.status).isEqualTo(409);
        assertThat(second.json().get("type").stringValue()).isEqualTo("urn:kruxos:problem:replayed");
        var named = second.json().get("id").stringValue();
        assertThat(first.text()).contains('"' + named + '"');
        if (id != null) {
            assertThat(first.json().at("/" + id).asString()).isEqualTo(named);
        }
        assertThat(fixture.appendedEntries).as("nothing was done").isEmpty();
        var secrets = shownCredentials(first);
        assertThat(secrets).hasSize(path.equals("/spaces") || path.equals("/servers") ? 0 : 1);
        for (var secret : secrets) {
            assertThat(second.text()).doesNotContain(secret);
            try (var files = Files.list(home)) {
                for (var file : files.filter(Files::isRegularFile).toList()) {
                    assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                            .as("%s", file)
                            .doesNotContain(secret);
                }
            }
        }
    }

    /** The credentials that a response shows. */
    private static List<String> shownCredentials(RawApiClient.RawApiResponse answer) {
        return Stream.of("key", "token", "ticket", "code")
                .map(member -> answer.json().path(member).asString(""))
                .filter(secret -> !secret.isEmpty())
                .toList();
    }

    /**
     * A repeated request does not end an invitation that may have been delivered. Fails without {@code idempotent()} on
     * the routes: the first would be refused because the name is taken, the second would create another invitation.
     */
    @Test
    void aRepeatedRequestNeitherShowsNorReplacesAnInvitation() {
        for (var path : List.of("/operators", "/operators/ada/reset-passphrase")) {
            var body = path.equals("/operators") ? "{\"name\":\"ada\"}" : "{}";
            var key = "Idempotency-Key: " + path.length();
            var code =
                    client.post("/api/v1" + path, body, key).json().path("code").asString();
            assertThat(client.post("/api/v1" + path, body, key).text()).contains("problem:replayed");
            var operators = fixture.admin.operators();
            assertThat(operators.findInvited(code.getBytes(StandardCharsets.US_ASCII)))
                    .isPresent();
            var other = client.post("/api/v1/operators/ada/reset-passphrase", "{}", key + "-another");
            assertThat(other.status).isEqualTo(200);
            assertThat(operators.findInvited(code.getBytes(StandardCharsets.US_ASCII)))
                    .isEmpty();
        }
    }

    @Test
    void anotherRequestWithTheSameKeyIsRefused() {
        client.post("/api/v1/spaces", "{\"name\":\"one\"}", KEY_HEADER);
        assertThat(client.post("/api/v1/spaces", "{\"name\":\"two\"}", KEY_HEADER).status)
                .isEqualTo(422);
        assertThat(client.post("/api/v1/agents", "{\"name\":\"one\"}", KEY_HEADER).status)
                .isEqualTo(422);
        assertThat(client.post("/api/v1/spaces", "{\"name\":\"two\"}", "Idempotency-Key: another").status)
                .isEqualTo(201);
    }

    /** A caller does not learn what others have created. Fails if IdempotencyKeyStore ignores the principal. */
    @Test
    void keysOfDifferentPrincipalsAreIndependent() {
        client.post("/api/v1/spaces", "{\"name\":\"one\"}", KEY_HEADER);
        try (var issued = requireDone(fixture.tokens.create(new NewUserToken("test", Set.of(Scope.ADMIN), null)))) {
            var bearer = "Authorization: Bearer " + new String(issued.secret().ascii(), StandardCharsets.US_ASCII);
            assertThat(client.post("/api/v1/spaces", "{\"name\":\"two\"}", KEY_HEADER, bearer).status)
                    .isEqualTo(201);
        }
    }

    /**
     * Fails without {@code store.release} in IdempotencyKeys.execute: a corrected request could not use the same key.
     */
    @Test
    void aFailedRequestCanBeRepeated() {
        assertThat(client.post("/api/v1/spaces", "{\"name\":\"Not A Name\"}", KEY_HEADER).status)
                .isEqualTo(400);
        assertThat(client.post("/api/v1/spaces", "{}", KEY_HEADER).status).isEqualTo(400);
        fixture.appendFailure = new IllegalStateException("broken");
        assertThat(client.post("/api/v1/spaces", "{\"name\":\"one\"}", KEY_HEADER).status)
                .isEqualTo(500);
        fixture.appendFailure = null;
        assertThat(client.post("/api/v1/spaces", "{\"name\":\"one\"}", KEY_HEADER).status)
                .isEqualTo(201);
    }

    /** Fails if keys are kept in memory only, or forever. */
    @Test
    void keysAreKeptForADayAndSurviveARestart() {
        client.post("/api/v1/user-tokens", "{\"label\":\"laptop\"}", KEY_HEADER);
        api.close();
        start();
        fixture.advance(Duration.ofHours(24).minusMillis(1));
        assertThat(client.post("/api/v1/user-tokens", "{\"label\":\"laptop\"}", KEY_HEADER).status)
                .isEqualTo(409);
        fixture.advance(Duration.ofMillis(1));
        assertThat(client.post("/api/v1/user-tokens", "{\"label\":\"laptop\"}", KEY_HEADER).status)
                .isEqualTo(201);
    }

    /** Fails if the claim is not one transaction. */
    @Test
    void onlyOneOfManyConcurrentRequestsCreates() throws Exception {
        try (var pool = Executors.newFixedThreadPool(8)) {
            var tasks = IntStream.range(0, 16)
                    .<Callable<Integer>>mapToObj(
                            _ -> () -> client.post("/api/v1/user-tokens", "{\"label\":\"laptop\"}", KEY_HEADER).status)
                    .toList();
            var made = 0;
            for (var done : pool.invokeAll(tasks)) {
                assertThat(done.get()).isIn(201, 409);
                made += done.get() == 201 ? 1 : 0;
            }
            assertThat(made).isOne();
            assertThat(fixture.tokens.list()).hasSize(1);
        }
    }

    /** After a crash between claim and result, the key is claimed and has no id. */
    @Test
    void anInterruptedRequestHasNoCreatedId() {
        var table = new IdempotencyKeyStore(fixture.database, IdempotencyKeyStore.MAX_KEYS_PER_PRINCIPAL);
        var now = fixture.clock().instant();
        assertThat(table.claim("user:a", "key", "request", now))
                .isInstanceOf(IdempotencyKeyStore.KeyClaim.NewKey.class);
        assertThat(table.claim("user:a", "key", "request", now))
                .isEqualTo(new IdempotencyKeyStore.KeyClaim.UsedKey("request", null));
    }

    /** Fails without the count in IdempotencyKeyStore.claim. */
    @Test
    void theNumberOfKeysIsLimited() {
        var table = new IdempotencyKeyStore(fixture.database, 2);
        var now = fixture.clock().instant();
        for (var key : new String[] {"one", "two"}) {
            assertThat(table.claim("user:a", key, "request", now))
                    .isInstanceOf(IdempotencyKeyStore.KeyClaim.NewKey.class);
        }
        assertThat(table.claim("user:a", "three", "request", now))
                .isInstanceOf(IdempotencyKeyStore.KeyClaim.KeyLimitReached.class);
        assertThat(table.claim("user:b", "three", "request", now))
                .isInstanceOf(IdempotencyKeyStore.KeyClaim.NewKey.class);
        assertThat(table.claim("user:a", "three", "request", now.plus(IdempotencyKeyStore.RETENTION)))
                .isInstanceOf(IdempotencyKeyStore.KeyClaim.NewKey.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "two words", "caf\u00e9"})
    void aKeyMustBeVisibleAscii(String key) {
        assertThat(client.post("/api/v1/spaces", "{\"name\":\"one\"}", "Idempotency-Key: " + key).status)
                .isEqualTo(400);
        assertThat(client.post("/api/v1/spaces", "{\"name\":\"one\"}", "Idempotency-Key: " + "x".repeat(256)).status)
                .isEqualTo(400);
        assertThat(client.post("/api/v1/spaces", "{\"name\":\"one\"}", KEY_HEADER, KEY_HEADER).status)
                .isEqualTo(400);
    }
}
