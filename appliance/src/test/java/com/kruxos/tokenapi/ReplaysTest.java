package com.kruxos.tokenapi;

import static com.kruxos.admin.AdminBox.done;
import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.admin.AdminBox;
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

/** What is asked for twice with one Idempotency-Key is made once. */
class ReplaysTest {
    private static final String KEY = "Idempotency-Key: 4f1c-1";

    @TempDir
    Path home;

    private AdminBox box;
    private TokenApi api;
    private RawClient client;

    @BeforeEach
    void open() {
        box = new AdminBox(home);
        start();
    }

    @AfterEach
    void close() {
        api.close();
        box.close();
    }

    private void start() {
        api = TokenApi.start(
                home,
                TokenApi.house(box.admin, box.database, box.clock()),
                box.tokens,
                null,
                _ -> true,
                java.util.Map.of(),
                TokenApi.trusted());
        client = new RawClient(api.socket())
                .holding(new Contract(
                        new RawClient(api.socket()).get("/openapi.json").json()));
    }

    /** Red without the claim in Replays.once, for each route that creates. */
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
    void theSecondIsToldWhatTheFirstMade(String path, String body, @Nullable String id) throws IOException {
        client.post("/api/v1/agents", "{\"name\":\"bot\"}");
        client.post("/api/v1/agents", "{\"name\":\"gone\"}");
        client.post("/api/v1/agents/gone/revoke", "");
        client.post("/api/v1/operators", "{\"name\":\"eve\"}");
        var first = client.post("/api/v1" + path, body, KEY);
        assertThat(first.status).as(first.text()).isIn(200, 201);
        box.written.clear();

        var second = client.post("/api/v1" + path, body, KEY);

        assertThat(second.status).isEqualTo(409);
        assertThat(second.json().get("type").stringValue()).isEqualTo("urn:kruxos:problem:replayed");
        var named = second.json().get("id").stringValue();
        assertThat(first.text()).contains('"' + named + '"');
        if (id != null) {
            assertThat(first.json().at("/" + id).asString()).isEqualTo(named);
        }
        assertThat(box.written).as("nothing was done").isEmpty();
        var secrets = secrets(first);
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

    /** What an answer shows once. */
    private static List<String> secrets(RawClient.Response answer) {
        return Stream.of("key", "token", "ticket", "code")
                .map(member -> answer.json().path(member).asString(""))
                .filter(secret -> !secret.isEmpty())
                .toList();
    }

    /**
     * Who asks again because the answer was lost ends no link that somebody may have. Red without `creating` at the
     * routes: the first is refused because the name is taken, and the second makes another link.
     */
    @Test
    void aLinkIsNeitherShownTwiceNorEndedByAskingAgain() {
        for (var path : List.of("/operators", "/operators/ada/reset-passphrase")) {
            var body = path.equals("/operators") ? "{\"name\":\"ada\"}" : "{}";
            var key = "Idempotency-Key: " + path.length();
            var code =
                    client.post("/api/v1" + path, body, key).json().path("code").asString();
            assertThat(client.post("/api/v1" + path, body, key).text()).contains("problem:replayed");
            var operators = box.admin.operators();
            assertThat(operators.invited(code.getBytes(StandardCharsets.US_ASCII)))
                    .isPresent();
            var other = client.post("/api/v1/operators/ada/reset-passphrase", "{}", key + "-another");
            assertThat(other.status).isEqualTo(200);
            assertThat(operators.invited(code.getBytes(StandardCharsets.US_ASCII)))
                    .isEmpty();
        }
    }

    @Test
    void anotherRequestWithTheSameKeyIsRefused() {
        client.post("/api/v1/spaces", "{\"name\":\"one\"}", KEY);
        assertThat(client.post("/api/v1/spaces", "{\"name\":\"two\"}", KEY).status)
                .isEqualTo(422);
        assertThat(client.post("/api/v1/agents", "{\"name\":\"one\"}", KEY).status)
                .isEqualTo(422);
        assertThat(client.post("/api/v1/spaces", "{\"name\":\"two\"}", "Idempotency-Key: another").status)
                .isEqualTo(201);
    }

    /** The key is one caller's: nobody learns from it what others made. Red when ReplayTable forgets the principal. */
    @Test
    void keysOfOthersAreOthers() {
        client.post("/api/v1/spaces", "{\"name\":\"one\"}", KEY);
        try (var issued = done(box.tokens.create(new NewUserToken("test", Set.of(Scope.ADMIN), null)))) {
            var bearer = "Authorization: Bearer " + new String(issued.secret().ascii(), StandardCharsets.US_ASCII);
            assertThat(client.post("/api/v1/spaces", "{\"name\":\"two\"}", KEY, bearer).status)
                    .isEqualTo(201);
        }
    }

    /** Red without {@code table.release} in Replays.act: a mistake could not be mended with the same key. */
    @Test
    void whatWasRefusedMayBeAskedAgain() {
        assertThat(client.post("/api/v1/spaces", "{\"name\":\"Not A Name\"}", KEY).status)
                .isEqualTo(400);
        assertThat(client.post("/api/v1/spaces", "{}", KEY).status).isEqualTo(400);
        box.lost = new IllegalStateException("broken");
        assertThat(client.post("/api/v1/spaces", "{\"name\":\"one\"}", KEY).status)
                .isEqualTo(500);
        box.lost = null;
        assertThat(client.post("/api/v1/spaces", "{\"name\":\"one\"}", KEY).status)
                .isEqualTo(201);
    }

    /** Red when the keys are in memory only, or kept for ever. */
    @Test
    void itIsRememberedOverARestartAndForADay() {
        client.post("/api/v1/user-tokens", "{\"label\":\"laptop\"}", KEY);
        api.close();
        start();
        box.pass(Duration.ofHours(24).minusMillis(1));
        assertThat(client.post("/api/v1/user-tokens", "{\"label\":\"laptop\"}", KEY).status)
                .isEqualTo(409);
        box.pass(Duration.ofMillis(1));
        assertThat(client.post("/api/v1/user-tokens", "{\"label\":\"laptop\"}", KEY).status)
                .isEqualTo(201);
    }

    /** Red when the claim is not one transaction. */
    @Test
    void ofManyAtOnceOneIsMade() throws Exception {
        try (var pool = Executors.newFixedThreadPool(8)) {
            var tasks = IntStream.range(0, 16)
                    .<Callable<Integer>>mapToObj(
                            _ -> () -> client.post("/api/v1/user-tokens", "{\"label\":\"laptop\"}", KEY).status)
                    .toList();
            var made = 0;
            for (var done : pool.invokeAll(tasks)) {
                assertThat(done.get()).isIn(201, 409);
                made += done.get() == 201 ? 1 : 0;
            }
            assertThat(made).isOne();
            assertThat(box.tokens.list()).hasSize(1);
        }
    }

    /** What a crash between the claim and its end leaves: taken, and nobody says what was made. */
    @Test
    void whatWasCutShortIsNotClaimedToBeDone() {
        var table = new ReplayTable(box.database, ReplayTable.MOST);
        var now = box.clock().instant();
        assertThat(table.claim("user:a", "key", "request", now)).isInstanceOf(ReplayTable.Claim.Fresh.class);
        assertThat(table.claim("user:a", "key", "request", now)).isEqualTo(new ReplayTable.Claim.Used("request", null));
    }

    /** Red without the count in ReplayTable.claim. */
    @Test
    void theTableIsBounded() {
        var table = new ReplayTable(box.database, 2);
        var now = box.clock().instant();
        for (var key : new String[] {"one", "two"}) {
            assertThat(table.claim("user:a", key, "request", now)).isInstanceOf(ReplayTable.Claim.Fresh.class);
        }
        assertThat(table.claim("user:a", "three", "request", now)).isInstanceOf(ReplayTable.Claim.Full.class);
        assertThat(table.claim("user:b", "three", "request", now)).isInstanceOf(ReplayTable.Claim.Fresh.class);
        assertThat(table.claim("user:a", "three", "request", now.plus(ReplayTable.KEPT)))
                .isInstanceOf(ReplayTable.Claim.Fresh.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "two words", "caf\u00e9"})
    void aKeyIsOneWordOfAscii(String key) {
        assertThat(client.post("/api/v1/spaces", "{\"name\":\"one\"}", "Idempotency-Key: " + key).status)
                .isEqualTo(400);
        assertThat(client.post("/api/v1/spaces", "{\"name\":\"one\"}", "Idempotency-Key: " + "x".repeat(256)).status)
                .isEqualTo(400);
        assertThat(client.post("/api/v1/spaces", "{\"name\":\"one\"}", KEY, KEY).status)
                .isEqualTo(400);
    }
}
