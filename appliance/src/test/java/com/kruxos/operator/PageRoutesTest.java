package com.kruxos.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.peers.TestAppliance;
import com.kruxos.peers.WebSocketAgent;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Every route requires a session unless it is public, requires a CSRF token, and records the operator as principal. */
@Timeout(300)
class PageRoutesTest {
    private static final String NEW_PASSPHRASE = "another passphrase of hers";

    @TempDir
    Path folder;

    private TestAppliance appliance;

    /** Paths of forms that were accepted. */
    private final Set<String> postedPaths = new LinkedHashSet<>();

    @BeforeEach
    void start() {
        appliance = TestAppliance.start(folder);
    }

    @AfterEach
    void stop() {
        appliance.close();
    }

    /**
     * Fails with {@code asPublic} on another route, and without the check of {@code isPublic} in
     * {@code DashboardHandler.route}.
     */
    @Test
    void everyOtherRouteRequiresSignIn() {
        appliance.createAgent("worker");
        var values = Map.of("agent", agentId("worker"), "session", "ses_aaaaaaaaaaaaaaaa", "seat", "x", "code", "x");
        try (var guest = DashboardClient.connect(appliance)) {
            var in = new LinkedHashSet<String>();
            for (var route : routes()) {
                var path = fillIn(route.path(), values);
                guest.get("/sign-in");
                var answer = route.method().equals("GET") ? guest.get(path) : guest.post(path);
                if (answer.status() == 303 && answer.location().startsWith("/sign-in")) {
                    assertThat(answer.body()).as("%s", route).isEmpty();
                } else {
                    in.add(route.method() + " " + route.path());
                }
            }
            assertThat(in)
                    .containsExactlyInAnyOrder("GET /sign-in", "POST /sign-in", "GET /welcome/{code}", "POST /welcome");
        }
        assertThat(agentState("worker")).isEqualTo("active");
    }

    /** A client with an agent key, a ticket or a user token is treated as not signed in. */
    @Test
    void agentKeysTicketsAndTokensDoNotSignIn() {
        var key = appliance.createAgent("worker");
        var ticket = appliance
                .adminClient()
                .post("/agents/worker/tickets", "")
                .json()
                .path("ticket");
        var token = appliance.adminClient().post("/user-tokens", "{\"label\":\"x\",\"scopes\":[\"admin\"]}");
        var values = Map.of("agent", agentId("worker"), "session", "ses_aaaaaaaaaaaaaaaa", "seat", "x", "code", "x");
        var before = observableState();
        for (var credential :
                List.of(key, ticket.asString(), token.json().path("token").asString())) {
            assertThat(credential).isNotEmpty();
            for (var route :
                    routes().stream().filter(route -> !route.isPublic()).toList()) {
                var path = fillIn(route.path(), values);
                for (var method : List.of("GET", "POST", "PUT", "PATCH", "DELETE")) {
                    assertThat(responseTo(method, path, "", ""))
                            .as("%s %s", method, path)
                            .isEqualTo(responseTo(method, path, "Bearer " + credential, ""))
                            .isEqualTo(responseTo(method, path, "", credential));
                }
            }
        }
        assertThat(observableState()).isEqualTo(before);
    }

    /** The response to a client with this header and this session cookie. */
    private String responseTo(String method, String path, String header, String cookie) {
        try (var guest = DashboardClient.connect(appliance)) {
            guest.get("/sign-in");
            if (!cookie.isEmpty()) {
                guest.cookies.put(DashboardCookies.SESSION, cookie);
            }
            var form = HttpRequest.BodyPublishers.ofString("csrf=" + guest.csrf);
            var answer = header.isEmpty()
                    ? guest.send(method, path, form, "Content-Type", "application/x-www-form-urlencoded")
                    : guest.send(
                            method,
                            path,
                            form,
                            "Content-Type",
                            "application/x-www-form-urlencoded",
                            "Authorization",
                            header);
            return answer.status() + " " + answer.location();
        }
    }

    /**
     * The form has the fields of all routes. Fails without {@code CsrfTokens.isValid} in
     * {@code DashboardHandler.submitForm}.
     */
    @Test
    void formsWithoutAValidCsrfTokenAreRefused() {
        appliance.createAgent("worker");
        try (var ada = DashboardClient.signedIn(appliance, "ada");
                var there = DashboardClient.connect(appliance);
                var connected = WebSocketAgent.connect(appliance.port(), rotateKey("worker"))) {
            connected.initialize();
            there.signIn("ada", DashboardClient.PASSPHRASE);
            there.get("/"); // for a token that is valid with another cookie only
            var values = Map.of("agent", agentId("worker"), "session", onlySessionId(), "seat", ada.otherSessionId());
            var form = Map.ofEntries(
                    Map.entry("name", "ada"),
                    Map.entry("purpose", "another"),
                    Map.entry("space", "default"),
                    Map.entry("expires", "2099-12-31"),
                    Map.entry("overlap", "1h"),
                    Map.entry("confirm", "worker"),
                    Map.entry("code", DashboardClient.createInvitation(appliance, "bob")),
                    Map.entry("current", DashboardClient.PASSPHRASE),
                    Map.entry("passphrase", NEW_PASSPHRASE),
                    Map.entry("again", NEW_PASSPHRASE));
            var before = observableState();
            for (var route : postRoutes()) {
                for (var proof : List.of("", "A".repeat(43), there.csrf)) {
                    ada.csrf = proof;
                    var answer = ada.post(fillIn(route.path(), values), form);
                    assertThat(answer.status()).as("%s", route).isEqualTo(403);
                    assertThat(answer.body()).as("%s", route).contains("This page is too old");
                }
            }
            assertThat(observableState()).isEqualTo(before);
            assertThat(ada.get("/").status()).isEqualTo(200);
            assertThat(there.get("/").status()).isEqualTo(200);
        }
    }

    /** Fails when a handler uses another principal than that of the request. */
    @Test
    void everyActionIsRecordedWithTheOperatorAsPrincipal() {
        appliance.createAgent("worker");
        var values = Map.of("agent", agentId("worker"));
        try (var ada = DashboardClient.connect(appliance);
                var there = DashboardClient.connect(appliance)) {
            var code = DashboardClient.createInvitation(appliance, "ada");
            ada.get("/welcome/" + code);
            var chosen =
                    Map.of("code", code, "passphrase", DashboardClient.PASSPHRASE, "again", DashboardClient.PASSPHRASE);
            assertRecorded(ada, "/welcome", Map.of(), chosen, "operator.choose-passphrase", "operator.sign-in");

            var blank = Map.of("name", "another", "purpose", "", "space", "default", "expires", "");
            assertRecorded(ada, "/agents", Map.of(), blank, "agent.create");
            var edited = Map.of("purpose", "tests", "expires", "2099-12-31");
            assertRecorded(ada, "/agents/{agent}/edit", values, edited, "agent.edit");
            assertRecorded(ada, "/agents/{agent}/rotate", values, Map.of("overlap", "1h"), "agent.rotate");
            try (var connected = WebSocketAgent.connect(appliance.port(), rotateKey("worker"))) {
                connected.initialize();
                var open = Map.of("agent", agentId("worker"), "session", onlySessionId());
                assertRecorded(ada, "/agents/{agent}/sessions/{session}/close", open, Map.of(), "session.close");
                assertThat(connected.closeCode()).isEqualTo(1008);
            }
            assertRecorded(ada, "/agents/{agent}/pause", values, Map.of(), "agent.pause");
            assertThat(agentState("worker")).isEqualTo("paused");
            assertRecorded(ada, "/agents/{agent}/resume", values, Map.of(), "agent.resume");
            assertRecorded(ada, "/agents/{agent}/revoke", values, Map.of("confirm", "worker"), "agent.revoke");
            assertThat(agentState("worker")).isEqualTo("revoked");
            assertRecorded(ada, "/agents/{agent}/restore", values, Map.of(), "agent.restore");
            assertThat(agentState("worker")).isEqualTo("active");

            signIn(there, DashboardClient.PASSPHRASE);
            assertRecorded(
                    ada,
                    "/account/seats/{seat}/end",
                    Map.of("seat", ada.otherSessionId()),
                    Map.of(),
                    "operator.end-seat");
            assertThat(there.get("/").status()).isEqualTo(303);
            var changed = Map.of(
                    "current", DashboardClient.PASSPHRASE, "passphrase", NEW_PASSPHRASE, "again", NEW_PASSPHRASE);
            assertRecorded(
                    ada, "/account/passphrase", Map.of(), changed, "operator.change-passphrase", "operator.sign-in");
            signIn(there, NEW_PASSPHRASE);
            assertRecorded(there, "/sign-out", Map.of(), Map.of(), "operator.sign-out");
            assertRecorded(ada, "/account/sign-out-everywhere", Map.of(), Map.of(), "operator.sign-out-everywhere");
            assertThat(ada.get("/").status()).isEqualTo(303);
        }
        assertThat(postedPaths)
                .containsExactlyInAnyOrderElementsOf(
                        postRoutes().stream().map(PageRoute::path).toList());
    }

    private void signIn(DashboardClient browser, String passphrase) {
        browser.get("/sign-in");
        var form = Map.of("name", "ada", "passphrase", passphrase, "next", "/");
        assertRecorded(browser, "/sign-in", Map.of(), form, "operator.sign-in");
    }

    /** Submits a form; exactly these actions must be recorded as done by ada. */
    private void assertRecorded(
            DashboardClient browser,
            String path,
            Map<String, String> values,
            Map<String, String> form,
            String... actions) {
        browser.get("/account"); // for the CSRF token
        var before = lastSeq();
        var answer = browser.post(fillIn(path, values), form);
        assertThat(answer.status()).as("%s: %s", path, answer.body()).isIn(200, 303);
        var closed = appliance.auditRecords().stream()
                .filter(leaf -> leaf.path("seq").asLong() > before)
                .filter(leaf -> leaf.path("kind").asString().equals("admin.closed"))
                .toList();
        assertThat(closed)
                .as(path)
                .extracting(leaf -> leaf.path("action").asString())
                .containsExactly(actions);
        var ada =
                appliance.adminClient().get("/operators/ada").json().path("id").asString();
        assertThat(closed).as(path).allSatisfy(leaf -> {
            var who = leaf.path("principal");
            assertThat(who.path("type").asString()).isEqualTo("operator");
            assertThat(who.path("name").asString()).isEqualTo("ada");
            assertThat(who.path("id").asString()).isEqualTo(ada);
            assertThat(leaf.path("outcome").asString()).isEqualTo("done");
        });
        postedPaths.add(path);
    }

    private long lastSeq() {
        return appliance.auditRecords().getLast().path("seq").asLong();
    }

    /** Audit records and API resources that a form could change. */
    private List<String> observableState() {
        var acts = appliance.auditRecords().stream()
                .filter(leaf -> leaf.path("kind").asString().startsWith("admin."))
                .filter(leaf ->
                        !leaf.path("details").path("reason").asString("").equals("a credential of another endpoint"))
                .map(JsonNode::toString)
                .toList();
        return List.of(
                acts.toString(),
                appliance.adminClient().get("/agents").body(),
                appliance.adminClient().get("/operators").body(),
                appliance.adminClient().get("/sessions").body());
    }

    /** Built like in {@code DashboardServer.serve}. */
    private List<PageRoute> routes() {
        var admin = appliance.adminServices();
        var clock = InstantSource.system();
        var notices = new FlashMessages();
        var frames = new LayoutFactory(admin.status(), new CsrfTokens(), notices, "test");
        var minutes = new CallsPerMinute(() -> admin.status().callCounts(), clock, System::nanoTime);
        return PageRoutes.table(
                new SignInPages(admin.operators(), frames, clock),
                new HomePages(admin, frames, minutes),
                new AgentPages(admin, frames, notices, new GatewayAddress(Optional.empty(), "127.0.0.1", 7700)),
                new AccountPages(admin.operators(), frames, notices, clock));
    }

    private List<PageRoute> postRoutes() {
        return routes().stream().filter(route -> route.method().equals("POST")).toList();
    }

    private static String fillIn(String path, Map<String, String> values) {
        var made = path;
        for (var value : values.entrySet()) {
            made = made.replace("{" + value.getKey() + "}", value.getValue());
        }
        assertThat(made).doesNotContain("{");
        return made;
    }

    private String agentId(String name) {
        return appliance.adminClient().get("/agents/" + name).json().path("id").asString();
    }

    private String agentState(String name) {
        return appliance
                .adminClient()
                .get("/agents/" + name)
                .json()
                .path("state")
                .asString();
    }

    private String onlySessionId() {
        var sessions = appliance.adminClient().get("/sessions").json().path("items");
        assertThat(sessions).hasSize(1);
        return sessions.get(0).path("id").asString();
    }

    /** Rotates the key of an existing agent. */
    private String rotateKey(String name) {
        var made = appliance.adminClient().post("/agents/" + name + "/rotate", "{}");
        assertThat(made.status()).as(made.body()).isEqualTo(200);
        return made.json().path("key").asString();
    }
}
