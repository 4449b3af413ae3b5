package com.kruxos.tokenapi;

import static com.kruxos.admin.AdminFixture.requireDone;
import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.admin.AdminFixture;
import com.kruxos.identity.NewUserToken;
import com.kruxos.identity.Scope;
import com.kruxos.peers.TestAppliance;
import com.kruxos.tls.TestCertificateAuthority;
import com.kruxos.web.LoopbackListener;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every documented response occurs: each success and each named error of each operation, in the documented form. The
 * routes come from the table, so a new route is included, or this test says what is missing.
 */
@Timeout(180)
class DocumentedResponsesTest {
    /** As in {@link ApiHandler}. */
    private static final int MAX_CONCURRENT_REQUESTS = 64;

    @TempDir
    Path folder;

    /** Fails if a route returns another status than documented, or a documented status never occurs. */
    @Test
    void everyDocumentedResponseOccurs() throws Exception {
        try (var house = new ApiFixture(Files.createDirectory(folder.resolve("one")))) {
            for (var route : house.routes()) {
                house.requireSuccess(route);
                house.provokeErrors(route);
            }
            house.whileOverloaded(() -> house.routes().forEach(house::requireOverload));
            // From here on every action is refused.
            var wanted = house.routes().stream().map(house::validRequest).toList();
            house.stopRecording();
            wanted.forEach(house::sendValid);
            assertThat(house.contract.unseenResponses()).isEmpty();
            assertThat(house.contract.seenResponses()).isNotEmpty();
        }
    }

    /** A request that would succeed. */
    private record ValidRequest(ApiRoute route, String path, String body) {}

    /** The API with one resource of every kind for every request. */
    private static final class ApiFixture implements AutoCloseable {
        private final AdminFixture fixture;
        private final LoopbackListener port;
        private final TokenApi api;
        private final ApiContract contract;
        private final RawApiClient client;
        private final String certificatePair;
        private int counter;

        ApiFixture(Path home) throws IOException {
            fixture = new AdminFixture(home);
            port = LoopbackListener.bind("api", "127.0.0.1", 0, Set.of());
            api = TokenApi.start(home, fixture.admin, fixture.tokens, fixture.database, fixture.clock(), port);
            contract = new ApiContract(
                    new RawApiClient(api.socket()).get("/openapi.json").json());
            client = new RawApiClient(api.socket()).checking(contract);
            var now = fixture.clock().instant();
            certificatePair = new TestCertificateAuthority("an office", now).newBundle(List.of("localhost"), now);
        }

        List<ApiRoute> routes() {
            return ApiRoutes.table(fixture.admin);
        }

        /** A request on resources that no other request uses. */
        ValidRequest validRequest(ApiRoute route) {
            var n = ++counter;
            var path = route.path();
            if (path.contains("{agent}")) {
                var agent = create("/agents", "{\"name\":\"agent-" + n + "\"}").path("agent");
                if (path.endsWith("/restore")) {
                    assertThat(client.post("/api/v1/agents/agent-" + n + "/revoke", "").status)
                            .isEqualTo(200);
                }
                path = path.replace("{agent}", agent.path("name").asString());
            }
            if (path.contains("{ticket}")) {
                var ticket = create("/agents/agent-" + n + "/tickets", "{}");
                path = path.replace("{ticket}", ticket.path("id").asString());
            }
            if (path.contains("{space}")) {
                path = path.replace(
                        "{space}",
                        create("/spaces", "{\"name\":\"space-" + n + "\"}")
                                .path("name")
                                .asString());
            }
            if (path.contains("{server}")) {
                path = path.replace(
                        "{server}",
                        create("/servers", "{\"name\":\"server-" + n + "\",\"command\":[\"true\"]}")
                                .path("name")
                                .asString());
            }
            if (path.contains("{operator}")) {
                path = path.replace(
                        "{operator}",
                        create("/operators", "{\"name\":\"operator-" + n + "\"}")
                                .path("operator")
                                .path("name")
                                .asString());
            }
            if (path.contains("{token}")) {
                var token = create("/user-tokens", "{\"label\":\"token-" + n + "\"}")
                        .path("user_token")
                        .path("id")
                        .asString();
                path = path.replace("{token}", token);
            }
            if (path.contains("{scope}")) {
                path = path.replace("{scope}", "scope-" + n).replace("{key}", "key");
                assertThat(client.put("/api/v1/secrets/scope-" + n + "/key", secretValue()).status)
                        .isEqualTo(200);
            }
            if (path.contains("{session}")) {
                var key = create("/agents", "{\"name\":\"agent-" + n + "\"}")
                        .path("key")
                        .asString();
                var _ = fixture.connectAgent(fixture.agents
                        .authenticate(key.getBytes(StandardCharsets.US_ASCII))
                        .orElseThrow());
                var sessions = client.get("/api/v1/sessions").json().path("items");
                path = path.replace(
                        "{session}",
                        sessions.get(sessions.size() - 1).path("id").asString());
            }
            assertThat(path).as("a place this test does not know how to fill").doesNotContain("{");
            return new ValidRequest(route, path, body(route, n, ""));
        }

        private tools.jackson.databind.JsonNode create(String path, String body) {
            var answer = client.post("/api/v1" + path, body);
            assertThat(answer.status).as(answer.text()).isEqualTo(201);
            return answer.json();
        }

        /** @param more further members, so that the request differs from another */
        private String body(ApiRoute route, int n, String more) {
            return switch (route.input().bodyKind()) {
                case NONE -> "";
                case OCTET_STREAM ->
                    route.subject().equals("certificate")
                            ? certificatePair
                            : new String(secretValue(), StandardCharsets.US_ASCII);
                case JSON ->
                    switch (route.doc().bodySchema()) {
                        case "" -> "{" + more.replaceFirst("^,", "") + "}";
                        case "Rotation" -> "{\"overlap\":\"1h\"" + more + "}";
                        case "AgentEdit" -> "{\"purpose\":\"another\"" + more + "}";
                        case "NewUserToken" -> "{\"label\":\"own-" + n + "\"" + more + "}";
                        case "NewServer" -> "{\"name\":\"own-" + n + "\",\"command\":[\"true\"]" + more + "}";
                        case "NewSpace", "NewAgent", "NewOperator" -> "{\"name\":\"own-" + n + "\"" + more + "}";
                        default ->
                            throw new AssertionError(
                                    "say here what a " + route.doc().bodySchema() + " may look like");
                    };
            };
        }

        RawApiClient.RawApiResponse sendValid(ValidRequest wanted, String... headers) {
            return send(wanted.route(), wanted.path(), wanted.body(), headers);
        }

        private RawApiClient.RawApiResponse send(ApiRoute route, String path, String body, String... headers) {
            var type = switch (route.input().bodyKind()) {
                case NONE -> Stream.<String>empty();
                case OCTET_STREAM -> Stream.of("Content-Type: application/octet-stream");
                case JSON -> Stream.of("Content-Type: application/json");
            };
            return client.send(
                    route.method(),
                    path,
                    body.getBytes(StandardCharsets.UTF_8),
                    Stream.concat(type, Stream.of(headers)).toArray(String[]::new));
        }

        void requireSuccess(ApiRoute route) {
            var answer = sendValid(validRequest(route));
            assertThat(answer.status)
                    .as("%s %s: %s", route.method(), route.path(), answer.text())
                    .isEqualTo(route.doc().status());
            if (!answer.header("ETag").isEmpty() && route.isRead()) {
                var wanted = validRequest(route);
                assertThat(sendValid(
                                        wanted,
                                        "If-None-Match: " + sendValid(wanted).header("ETag"))
                                .status)
                        .isEqualTo(304);
            }
        }

        /** Sends one invalid request for each kind of error. */
        void provokeErrors(ApiRoute route) {
            var wanted = validRequest(route);
            send(route, wanted.path() + "?nobody_knows=this", wanted.body());
            var scope = route.access().scope();
            if (scope != null) {
                sendValid(wanted, "Authorization: Bearer krx_user_" + "A".repeat(43));
                sendValid(
                        wanted, "Authorization: Bearer " + newToken(scope == Scope.READ ? Scope.OPERATE : Scope.READ));
            }
            if (route.path().contains("{")) {
                send(route, unknownPath(route), wanted.body());
            }
            if (route.input().queryParameters().contains("agent")) {
                send(route, wanted.path() + "?agent=nobody", wanted.body());
            }
            if (route.input().queryParameters().contains("space")) {
                send(route, wanted.path() + "?space=nowhere", wanted.body());
            }
            if (route.input().bodyMembers().contains("space")) {
                send(route, wanted.path(), body(route, ++counter, ",\"space\":\"nowhere\""));
            }
            if (route.input().bodyKind() != ApiRoute.BodyKind.NONE) {
                send(route, wanted.path(), "x".repeat(ApiHandler.MAX_JSON_BYTES + 1));
                client.send(route.method(), wanted.path(), secretValue(), "Content-Type: text/plain");
            }
            if (route.currentState() != null) {
                sendValid(wanted, "If-Match: \"another\"");
            }
            if (route.input().idempotencyKey()) {
                var key = "Idempotency-Key: key-" + ++counter;
                sendValid(wanted, key);
                send(
                        route,
                        wanted.path() + "?"
                                + (route.input().queryParameters().contains("space") ? "space=default" : ""),
                        otherBody(route),
                        key);
            }
        }

        private String otherBody(ApiRoute route) {
            return body(route, ++counter, "");
        }

        /** A waiting request may just have ended; then the request gets another response and is repeated. */
        void requireOverload(ApiRoute route) {
            TestAppliance.await(
                    () -> client.send(route.method(), unknownPath(route), new byte[0]).status == 503,
                    () -> route + " to be turned away");
        }

        private static String unknownPath(ApiRoute route) {
            return route.path().replaceAll("\\{\\w+}", "nobody");
        }

        /** Runs the action while the maximum number of requests is waiting. */
        void whileOverloaded(Runnable act) {
            var over = new AtomicBoolean();
            var plain = new RawApiClient(api.socket());
            try (var threads = Executors.newFixedThreadPool(MAX_CONCURRENT_REQUESTS)) {
                for (var n = 0; n < MAX_CONCURRENT_REQUESTS; n++) {
                    threads.execute(() -> {
                        while (!over.get()) {
                            plain.get("/api/v1/audit?wait=20&after=" + fixture.audit.lastSeq());
                        }
                    });
                }
                TestAppliance.await(() -> plain.get("/openapi.json").status == 503, () -> "the room to be full");
                act.run();
                over.set(true);
                requireDone(fixture.admin.spaces().create(AdminFixture.root(), "news"));
            }
        }

        void stopRecording() {
            assertThat(fixture.admin.actions().stopAndDrain(Duration.ofSeconds(30)))
                    .isZero();
        }

        private String newToken(Scope scope) {
            var wanted = new NewUserToken(
                    "test", Set.of(scope), fixture.clock().instant().plus(Duration.ofDays(1)));
            try (var issued = requireDone(fixture.tokens.create(wanted))) {
                return new String(issued.secret().ascii(), StandardCharsets.US_ASCII);
            }
        }

        private static byte[] secretValue() {
            return "correct horse battery".getBytes(StandardCharsets.US_ASCII);
        }

        @Override
        public void close() {
            api.close();
            fixture.close();
        }
    }
}
