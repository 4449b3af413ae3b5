package com.kruxos.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.dashboard.Pages;
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

/** Rows K4 and K11 over the whole table: no route lets a guest in, takes a forged form, or acts under no name. */
@Timeout(300)
class RoutesTest {
    private static final String CHOSEN = "another passphrase of hers";

    @TempDir
    Path folder;

    private TestAppliance trial;

    /** Routes whose form was sent as it should be. */
    private final Set<String> sent = new LinkedHashSet<>();

    @BeforeEach
    void start() {
        trial = TestAppliance.start(folder);
    }

    @AfterEach
    void stop() {
        trial.close();
    }

    /** Red with `forGuests` at one more route, and without the guard `!route.open()` in Door.answer. */
    @Test
    void aGuestIsAskedToSignInEverywhereButAtTheWayIn() {
        trial.createAgent("worker");
        var values = Map.of("agent", agent("worker"), "session", "ses_aaaaaaaaaaaaaaaa", "seat", "x", "code", "x");
        try (var guest = Browser.at(trial)) {
            var in = new LinkedHashSet<String>();
            for (var route : table()) {
                var path = path(route.path(), values);
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
        assertThat(state("worker")).isEqualTo("active");
    }

    /**
     * Row F22, at the operators' door: who shows an agent's key, a ticket or a user token, in whatever place, is a
     * guest like any other. Red when Door.answer asks only those to sign in who show nothing else.
     */
    @Test
    void nobodysKeyOrTokenIsASeat() {
        var key = trial.createAgent("worker");
        var ticket =
                trial.adminClient().post("/agents/worker/tickets", "").json().path("ticket");
        var token = trial.adminClient().post("/user-tokens", "{\"label\":\"x\",\"scopes\":[\"admin\"]}");
        var values = Map.of("agent", agent("worker"), "session", "ses_aaaaaaaaaaaaaaaa", "seat", "x", "code", "x");
        var before = everything();
        for (var credential :
                List.of(key, ticket.asString(), token.json().path("token").asString())) {
            assertThat(credential).isNotEmpty();
            for (var route : table().stream().filter(route -> !route.open()).toList()) {
                var path = path(route.path(), values);
                for (var method : List.of("GET", "POST", "PUT", "PATCH", "DELETE")) {
                    assertThat(met(method, path, "", ""))
                            .as("%s %s", method, path)
                            .isEqualTo(met(method, path, "Bearer " + credential, ""))
                            .isEqualTo(met(method, path, "", credential));
                }
            }
        }
        assertThat(everything()).isEqualTo(before);
    }

    /** How somebody is met who shows this in the header, and that as the cookie of a seat. */
    private String met(String method, String path, String header, String cookie) {
        try (var guest = Browser.at(trial)) {
            guest.get("/sign-in");
            if (!cookie.isEmpty()) {
                guest.cookies.put(Cookies.SEAT, cookie);
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

    /** The one form suits every route. Red without `proof.holds` in Door.answer, or when a route goes around it. */
    @Test
    void noFormIsTakenWithoutItsProof() {
        trial.createAgent("worker");
        try (var ada = Browser.seated(trial, "ada");
                var there = Browser.at(trial);
                var connected = WebSocketAgent.connect(trial.port(), rotated("worker"))) {
            connected.initialize();
            there.signIn("ada", Browser.PASSPHRASE);
            there.get("/"); // for a proof that holds, but with another cookie
            var values = Map.of("agent", agent("worker"), "session", session(), "seat", ada.otherSeat());
            var form = Map.ofEntries(
                    Map.entry("name", "ada"),
                    Map.entry("purpose", "another"),
                    Map.entry("space", "default"),
                    Map.entry("expires", "2099-12-31"),
                    Map.entry("overlap", "1h"),
                    Map.entry("confirm", "worker"),
                    Map.entry("code", Browser.invitation(trial, "bob")),
                    Map.entry("current", Browser.PASSPHRASE),
                    Map.entry("passphrase", CHOSEN),
                    Map.entry("again", CHOSEN));
            var before = everything();
            for (var route : posts()) {
                for (var proof : List.of("", "A".repeat(43), there.csrf)) {
                    ada.csrf = proof;
                    var answer = ada.post(path(route.path(), values), form);
                    assertThat(answer.status()).as("%s", route).isEqualTo(403);
                    assertThat(answer.body()).as("%s", route).contains("This page is too old");
                }
            }
            assertThat(everything()).isEqualTo(before);
            assertThat(ada.get("/").status()).isEqualTo(200);
            assertThat(there.get("/").status()).isEqualTo(200);
        }
    }

    /** Red when a page acts as anybody but who is signed in, such as `AuditPrincipal.system()` for `ask.who()`. */
    @Test
    void whatAnOperatorDoesIsClosedUnderTheirName() {
        trial.createAgent("worker");
        var values = Map.of("agent", agent("worker"));
        try (var ada = Browser.at(trial);
                var there = Browser.at(trial)) {
            var code = Browser.invitation(trial, "ada");
            ada.get("/welcome/" + code);
            var chosen = Map.of("code", code, "passphrase", Browser.PASSPHRASE, "again", Browser.PASSPHRASE);
            does(ada, "/welcome", Map.of(), chosen, "operator.choose-passphrase", "operator.sign-in");

            var blank = Map.of("name", "another", "purpose", "", "space", "default", "expires", "");
            does(ada, "/agents", Map.of(), blank, "agent.create");
            var edited = Map.of("purpose", "tests", "expires", "2099-12-31");
            does(ada, "/agents/{agent}/edit", values, edited, "agent.edit");
            does(ada, "/agents/{agent}/rotate", values, Map.of("overlap", "1h"), "agent.rotate");
            try (var connected = WebSocketAgent.connect(trial.port(), rotated("worker"))) {
                connected.initialize();
                var open = Map.of("agent", agent("worker"), "session", session());
                does(ada, "/agents/{agent}/sessions/{session}/close", open, Map.of(), "session.close");
                assertThat(connected.closeCode()).isEqualTo(1008);
            }
            does(ada, "/agents/{agent}/pause", values, Map.of(), "agent.pause");
            assertThat(state("worker")).isEqualTo("paused");
            does(ada, "/agents/{agent}/resume", values, Map.of(), "agent.resume");
            does(ada, "/agents/{agent}/revoke", values, Map.of("confirm", "worker"), "agent.revoke");
            assertThat(state("worker")).isEqualTo("revoked");
            does(ada, "/agents/{agent}/restore", values, Map.of(), "agent.restore");
            assertThat(state("worker")).isEqualTo("active");

            signsIn(there, Browser.PASSPHRASE);
            does(ada, "/account/seats/{seat}/end", Map.of("seat", ada.otherSeat()), Map.of(), "operator.end-seat");
            assertThat(there.get("/").status()).isEqualTo(303);
            var changed = Map.of("current", Browser.PASSPHRASE, "passphrase", CHOSEN, "again", CHOSEN);
            does(ada, "/account/passphrase", Map.of(), changed, "operator.change-passphrase", "operator.sign-in");
            signsIn(there, CHOSEN);
            does(there, "/sign-out", Map.of(), Map.of(), "operator.sign-out");
            does(ada, "/account/sign-out-everywhere", Map.of(), Map.of(), "operator.sign-out-everywhere");
            assertThat(ada.get("/").status()).isEqualTo(303);
        }
        assertThat(sent)
                .containsExactlyInAnyOrderElementsOf(
                        posts().stream().map(Route::path).toList());
    }

    private void signsIn(Browser browser, String passphrase) {
        browser.get("/sign-in");
        var form = Map.of("name", "ada", "passphrase", passphrase, "next", "/");
        does(browser, "/sign-in", Map.of(), form, "operator.sign-in");
    }

    /** Sends a form as a person does; these acts, no others, are closed by it, each by ada. */
    private void does(
            Browser browser, String path, Map<String, String> values, Map<String, String> form, String... actions) {
        browser.get("/account"); // for its proof; who is not signed in has one already
        var before = last();
        var answer = browser.post(path(path, values), form);
        assertThat(answer.status()).as("%s: %s", path, answer.body()).isIn(200, 303);
        var closed = trial.auditRecords().stream()
                .filter(leaf -> leaf.path("seq").asLong() > before)
                .filter(leaf -> leaf.path("kind").asString().equals("admin.closed"))
                .toList();
        assertThat(closed)
                .as(path)
                .extracting(leaf -> leaf.path("action").asString())
                .containsExactly(actions);
        var ada = trial.adminClient().get("/operators/ada").json().path("id").asString();
        assertThat(closed).as(path).allSatisfy(leaf -> {
            var who = leaf.path("principal");
            assertThat(who.path("type").asString()).isEqualTo("operator");
            assertThat(who.path("name").asString()).isEqualTo("ada");
            assertThat(who.path("id").asString()).isEqualTo(ada);
            assertThat(leaf.path("outcome").asString()).isEqualTo("done");
        });
        sent.add(path);
    }

    private long last() {
        return trial.auditRecords().getLast().path("seq").asLong();
    }

    /** What people did, and what there is. */
    private List<String> everything() {
        var acts = trial.auditRecords().stream()
                .filter(leaf -> leaf.path("kind").asString().startsWith("admin."))
                .filter(leaf ->
                        !leaf.path("details").path("reason").asString("").equals("a credential of another door"))
                .map(JsonNode::toString)
                .toList();
        return List.of(
                acts.toString(),
                trial.adminClient().get("/agents").body(),
                trial.adminClient().get("/operators").body(),
                trial.adminClient().get("/sessions").body());
    }

    /** Made as Dashboard.serve makes it. */
    private List<Route> table() {
        var admin = trial.adminServices();
        var clock = InstantSource.system();
        var pages = Pages.create();
        var notices = new Notices();
        var frames = new Frames(admin.status(), new Proof(), notices, "test");
        var minutes = new Minutes(() -> admin.status().calls(), clock, System::nanoTime);
        return Routes.table(
                new SignInPages(admin.operators(), pages, frames, clock),
                new HomePages(admin, pages, frames, minutes),
                new AgentPages(admin, pages, frames, notices, new AgentsDoor(Optional.empty(), "127.0.0.1", 7700)),
                new AccountPages(admin.operators(), pages, frames, notices, clock));
    }

    private List<Route> posts() {
        return table().stream().filter(route -> route.method().equals("POST")).toList();
    }

    private static String path(String path, Map<String, String> values) {
        var made = path;
        for (var value : values.entrySet()) {
            made = made.replace("{" + value.getKey() + "}", value.getValue());
        }
        assertThat(made).doesNotContain("{");
        return made;
    }

    private String agent(String name) {
        return trial.adminClient().get("/agents/" + name).json().path("id").asString();
    }

    private String state(String name) {
        return trial.adminClient().get("/agents/" + name).json().path("state").asString();
    }

    private String session() {
        var sessions = trial.adminClient().get("/sessions").json().path("items");
        assertThat(sessions).hasSize(1);
        return sessions.get(0).path("id").asString();
    }

    /** A key of an agent there is. */
    private String rotated(String name) {
        var made = trial.adminClient().post("/agents/" + name + "/rotate", "{}");
        assertThat(made.status()).as(made.body()).isEqualTo(200);
        return made.json().path("key").asString();
    }
}
