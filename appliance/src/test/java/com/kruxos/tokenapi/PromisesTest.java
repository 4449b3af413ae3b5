package com.kruxos.tokenapi;

import static com.kruxos.admin.AdminBox.done;
import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.admin.AdminBox;
import com.kruxos.identity.NewUserToken;
import com.kruxos.identity.Scope;
import com.kruxos.peers.TestAppliance;
import com.kruxos.tls.Authority;
import com.kruxos.web.LoopbackDoor;
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
 * Every answer that the description of the API promises is given: each success and each named error of each operation,
 * in the form described. The routes are those of the table, so a new one is asked too, or this test says what it lacks.
 */
@Timeout(180)
class PromisesTest {
    /** Requests at once, as in {@link Door}. */
    private static final int ROOM = 64;

    @TempDir
    Path folder;

    /**
     * Red for a route that answers with another status than it says, and for a status nothing leads to: take 412 from
     * Conditions.check, or let OpenApi.possible promise 422 to all.
     */
    @Test
    void whateverIsPromisedIsSeen() throws Exception {
        try (var house = new House(Files.createDirectory(folder.resolve("one")))) {
            for (var route : house.routes()) {
                house.succeeds(route);
                house.fails(route);
            }
            house.whileFull(() -> house.routes().forEach(house::isTurnedAway));
            // From here on no act begins.
            var wanted = house.routes().stream().map(house::wanted).toList();
            house.stop();
            wanted.forEach(house::ask);
            assertThat(house.contract.unmet()).isEmpty();
            assertThat(house.contract.met()).isNotEmpty();
        }
    }

    /** What would go well. */
    private record Wanted(Route route, String path, String body) {}

    /** The API on a box in which there is one of everything for every request. */
    private static final class House implements AutoCloseable {
        private final AdminBox box;
        private final LoopbackDoor port;
        private final TokenApi api;
        private final Contract contract;
        private final RawClient client;
        private final String pair;
        private int numbers;

        House(Path home) throws IOException {
            box = new AdminBox(home);
            port = LoopbackDoor.bind("api", "127.0.0.1", 0, Set.of());
            api = TokenApi.start(home, box.admin, box.tokens, box.database, box.clock(), port);
            contract = new Contract(
                    new RawClient(api.socket()).get("/openapi.json").json());
            client = new RawClient(api.socket()).holding(contract);
            var now = box.clock().instant();
            pair = new Authority("an office", now).pair(List.of("localhost"), now);
        }

        List<Route> routes() {
            return Routes.table(box.admin);
        }

        /** A request of its own, on things nobody else uses. */
        Wanted wanted(Route route) {
            var n = ++numbers;
            var path = route.path();
            if (path.contains("{agent}")) {
                var agent = made("/agents", "{\"name\":\"agent-" + n + "\"}").path("agent");
                if (path.endsWith("/restore")) {
                    assertThat(client.post("/api/v1/agents/agent-" + n + "/revoke", "").status)
                            .isEqualTo(200);
                }
                path = path.replace("{agent}", agent.path("name").asString());
            }
            if (path.contains("{ticket}")) {
                var ticket = made("/agents/agent-" + n + "/tickets", "{}");
                path = path.replace("{ticket}", ticket.path("id").asString());
            }
            if (path.contains("{space}")) {
                path = path.replace(
                        "{space}",
                        made("/spaces", "{\"name\":\"space-" + n + "\"}")
                                .path("name")
                                .asString());
            }
            if (path.contains("{server}")) {
                path = path.replace(
                        "{server}",
                        made("/servers", "{\"name\":\"server-" + n + "\",\"command\":[\"true\"]}")
                                .path("name")
                                .asString());
            }
            if (path.contains("{operator}")) {
                path = path.replace(
                        "{operator}",
                        made("/operators", "{\"name\":\"operator-" + n + "\"}")
                                .path("operator")
                                .path("name")
                                .asString());
            }
            if (path.contains("{token}")) {
                var token = made("/user-tokens", "{\"label\":\"token-" + n + "\"}")
                        .path("user_token")
                        .path("id")
                        .asString();
                path = path.replace("{token}", token);
            }
            if (path.contains("{scope}")) {
                path = path.replace("{scope}", "scope-" + n).replace("{key}", "key");
                assertThat(client.put("/api/v1/secrets/scope-" + n + "/key", value()).status)
                        .isEqualTo(200);
            }
            if (path.contains("{session}")) {
                var key = made("/agents", "{\"name\":\"agent-" + n + "\"}")
                        .path("key")
                        .asString();
                var _ = box.connected(box.agents
                        .authenticate(key.getBytes(StandardCharsets.US_ASCII))
                        .orElseThrow());
                var sessions = client.get("/api/v1/sessions").json().path("items");
                path = path.replace(
                        "{session}",
                        sessions.get(sessions.size() - 1).path("id").asString());
            }
            assertThat(path).as("a place this test does not know how to fill").doesNotContain("{");
            return new Wanted(route, path, body(route, n, ""));
        }

        private tools.jackson.databind.JsonNode made(String path, String body) {
            var answer = client.post("/api/v1" + path, body);
            assertThat(answer.status).as(answer.text()).isEqualTo(201);
            return answer.json();
        }

        /** @param more members that another request has and this one has not */
        private String body(Route route, int n, String more) {
            return switch (route.takes()) {
                case NOTHING -> "";
                case OCTETS ->
                    route.subject().equals("certificate") ? pair : new String(value(), StandardCharsets.US_ASCII);
                case JSON ->
                    switch (route.says().body()) {
                        case "" -> "{" + more.replaceFirst("^,", "") + "}";
                        case "Rotation" -> "{\"overlap\":\"1h\"" + more + "}";
                        case "AgentEdit" -> "{\"purpose\":\"another\"" + more + "}";
                        case "NewUserToken" -> "{\"label\":\"own-" + n + "\"" + more + "}";
                        case "NewServer" -> "{\"name\":\"own-" + n + "\",\"command\":[\"true\"]" + more + "}";
                        case "NewSpace", "NewAgent", "NewOperator" -> "{\"name\":\"own-" + n + "\"" + more + "}";
                        default ->
                            throw new AssertionError(
                                    "say here what a " + route.says().body() + " may look like");
                    };
            };
        }

        RawClient.Response ask(Wanted wanted, String... headers) {
            return send(wanted.route(), wanted.path(), wanted.body(), headers);
        }

        private RawClient.Response send(Route route, String path, String body, String... headers) {
            var type = switch (route.takes()) {
                case NOTHING -> Stream.<String>empty();
                case OCTETS -> Stream.of("Content-Type: application/octet-stream");
                case JSON -> Stream.of("Content-Type: application/json");
            };
            return client.send(
                    route.method(),
                    path,
                    body.getBytes(StandardCharsets.UTF_8),
                    Stream.concat(type, Stream.of(headers)).toArray(String[]::new));
        }

        void succeeds(Route route) {
            var answer = ask(wanted(route));
            assertThat(answer.status)
                    .as("%s %s: %s", route.method(), route.path(), answer.text())
                    .isEqualTo(route.says().status());
            if (!answer.header("ETag").isEmpty() && route.reads()) {
                var wanted = wanted(route);
                assertThat(ask(wanted, "If-None-Match: " + ask(wanted).header("ETag")).status)
                        .isEqualTo(304);
            }
        }

        /** Asks what is wrong in one way each; which answers must come of it says the description. */
        void fails(Route route) {
            var wanted = wanted(route);
            send(route, wanted.path() + "?nobody_knows=this", wanted.body());
            var scope = route.scope();
            if (scope != null) {
                ask(wanted, "Authorization: Bearer krx_user_" + "A".repeat(43));
                ask(wanted, "Authorization: Bearer " + token(scope == Scope.READ ? Scope.OPERATE : Scope.READ));
            }
            if (route.path().contains("{")) {
                send(route, nobody(route), wanted.body());
            }
            if (route.query().contains("agent")) {
                send(route, wanted.path() + "?agent=nobody", wanted.body());
            }
            if (route.query().contains("space")) {
                send(route, wanted.path() + "?space=nowhere", wanted.body());
            }
            if (route.members().contains("space")) {
                send(route, wanted.path(), body(route, ++numbers, ",\"space\":\"nowhere\""));
            }
            if (route.takes() != Route.Takes.NOTHING) {
                send(route, wanted.path(), "x".repeat(Door.LARGEST_JSON + 1));
                client.send(route.method(), wanted.path(), value(), "Content-Type: text/plain");
            }
            if (route.current() != null) {
                ask(wanted, "If-Match: \"another\"");
            }
            if (route.creates()) {
                var key = "Idempotency-Key: key-" + ++numbers;
                ask(wanted, key);
                send(
                        route,
                        wanted.path() + "?" + (route.query().contains("space") ? "space=default" : ""),
                        other(route),
                        key);
            }
        }

        private String other(Route route) {
            return body(route, ++numbers, "");
        }

        /** Somebody's wait may just have ended: then it is another answer, which is looked at, and asked again. */
        void isTurnedAway(Route route) {
            TestAppliance.await(
                    () -> client.send(route.method(), nobody(route), new byte[0]).status == 503,
                    () -> route + " to be turned away");
        }

        private static String nobody(Route route) {
            return route.path().replaceAll("\\{\\w+}", "nobody");
        }

        /** Does it while as many as may be are waiting for news. */
        void whileFull(Runnable act) {
            var over = new AtomicBoolean();
            var plain = new RawClient(api.socket());
            try (var threads = Executors.newFixedThreadPool(ROOM)) {
                for (var n = 0; n < ROOM; n++) {
                    threads.execute(() -> {
                        while (!over.get()) {
                            plain.get("/api/v1/audit?wait=20&after=" + box.audit.lastSeq());
                        }
                    });
                }
                TestAppliance.await(() -> plain.get("/openapi.json").status == 503, () -> "the room to be full");
                act.run();
                over.set(true);
                done(box.admin.spaces().create(AdminBox.root(), "news"));
            }
        }

        void stop() {
            assertThat(box.admin.acts().stop(Duration.ofSeconds(30))).isZero();
        }

        private String token(Scope scope) {
            var wanted = new NewUserToken(
                    "test", Set.of(scope), box.clock().instant().plus(Duration.ofDays(1)));
            try (var issued = done(box.tokens.create(wanted))) {
                return new String(issued.secret().ascii(), StandardCharsets.US_ASCII);
            }
        }

        private static byte[] value() {
            return "correct horse battery".getBytes(StandardCharsets.US_ASCII);
        }

        @Override
        public void close() {
            api.close();
            box.close();
        }
    }
}
