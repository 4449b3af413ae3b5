package com.kruxos.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.config.Config;
import com.kruxos.peers.TestAppliance;
import com.kruxos.peers.WebSocketAgent;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Row K4 by the dashboard: an agent is made, its key shown once, and everything that is done to it. */
@Timeout(300)
class AgentPagesTest {
    private static final Pattern KEY = Pattern.compile("\\b[0-9a-f]{64}\\b");
    private static final Pattern AGENT = Pattern.compile("/agents/(agt_[a-z2-7]{16})");

    @TempDir
    Path folder;

    private TestAppliance trial;
    private Browser browser;

    @BeforeEach
    void start() {
        trial = TestAppliance.start(
                folder,
                Config.defaults()
                        .withPolicy(new Config.PolicyRules(
                                true, List.of(new Config.PolicyRule(false, "*", "odd", "delete_*")))));
        browser = Browser.seated(trial, "ada");
    }

    @AfterEach
    void stop() {
        browser.close();
        trial.close();
    }

    /** What is copied from the page connects: red when the address is not one that a client here can use as it is. */
    @Test
    void theAddressOnThePageIsWhereTheKeyCounts() {
        var made = create("build-bot", "", "");
        var shown = Pattern.compile("Agents connect at <code class=\"address\">([^<]+)<")
                .matcher(made.body());
        assertThat(shown.find()).isTrue();
        var address = URI.create(shown.group(1));
        assertThat(address.getScheme()).isEqualTo("ws"); // TLS would want a certificate that nobody here trusts
        assertThat(made.body()).contains("http://" + address.getAuthority() + "/mcp");
        try (var agent = WebSocketAgent.connect(address.getPort(), key(made))) {
            agent.initialize();
        }
    }

    /** Red when `issued` shows the page from anything but the answer, or a page keeps the key. */
    @Test
    void anAgentIsMadeAndItsKeyIsShownOnce() {
        var made = create("build-bot", "builds & <b>tests</b>", "");
        assertThat(made.status()).as(made.body()).isEqualTo(200);
        var key = key(made);
        var agent = agent(made);
        assertThat(made.header("cache-control")).isEqualTo("no-store");

        try (var connected = WebSocketAgent.connect(trial.port(), key)) {
            connected.initialize();
            var page = browser.get("/agents/" + agent);
            assertThat(page.body())
                    .contains("build-bot", "builds &amp; &lt;b&gt;tests&lt;/b&gt;", key.substring(60))
                    .doesNotContain(key, "<b>tests");
            assertThat(browser.get("/").body()).contains("build-bot").doesNotContain(key);
            assertThat(browser.get("/agents?q=build").body()).contains("build-bot");
            assertThat(browser.get("/agents?q=nothing-like-it").body()).doesNotContain("build-bot");

            var rotated = browser.post("/agents/" + agent + "/rotate", Map.of("overlap", "none"));
            assertThat(key(rotated)).isNotEqualTo(key);
            assertThat(connected.closeCode()).isEqualTo(1008);
        }
        assertThat(refusal(key)).isEqualTo(401);
    }

    @Test
    void pausingResumingAndRevokingHold() {
        var made = create("build-bot", "", "2099-12-31");
        var agent = "/agents/" + agent(made);
        browser.get(agent);
        assertThat(browser.post(agent + "/pause").location()).isEqualTo(agent);
        assertThat(browser.get(agent).body()).contains("The agent is paused.");
        assertThat(browser.get(agent).body()).doesNotContain("The agent is paused."); // told once
        assertThat(state()).isEqualTo("paused");
        // By its name, not by its id, though the record has the id.
        assertThat(browser.get("/").body()).contains("agent.pause").doesNotContain(agent.substring(8) + "</");
        browser.post(agent + "/resume");
        assertThat(state()).isEqualTo("active");

        try (var connected = WebSocketAgent.connect(trial.port(), key(made))) {
            connected.initialize();
            assertThat(browser.post(agent + "/revoke", Map.of("confirm", "build-bo"))
                            .status())
                    .isEqualTo(422);
            assertThat(state()).isEqualTo("active");
            assertThat(browser.post(agent + "/revoke", Map.of("confirm", "build-bot"))
                            .status())
                    .isEqualTo(303);
            assertThat(connected.closeCode()).isEqualTo(1008);
        }
        assertThat(state()).isEqualTo("revoked");
        assertThat(browser.post(agent + "/pause").status()).isEqualTo(422);
        assertThat(key(browser.post(agent + "/restore"))).isNotEqualTo(key(made));
        assertThat(state()).isEqualTo("active");
        assertThat(trial.adminClient().get("/audit?kind=admin.closed&limit=500").body())
                .contains("\"type\":\"operator\"", "\"name\":\"ada\"", "agent.revoke", "agent.restore");
    }

    /**
     * Red when Agents.restore keeps an end that has passed, refuses who has expired, or lets the old key in again; when
     * a page offers what is then refused; and without `withCountingKeys` in AgentAdmin: it showed a key as if it
     * counted.
     */
    @Test
    void whoHasExpiredIsRestoredWithANewKeyAndWithoutTheEndThatPassed() {
        var now = new AtomicReference<>(Instant.parse("2026-11-21T08:00:00Z"));
        restart(now::get);
        var made = create("build-bot", "", "2026-11-22");
        var agent = "/agents/" + agent(made);
        now.set(Instant.parse("2026-11-22T23:59:59Z"));
        WebSocketAgent.connect(trial.port(), key(made)).close();
        now.set(Instant.parse("2026-11-23T00:00:00Z"));
        browser.signIn("ada", Browser.PASSPHRASE);

        var expired = browser.get(agent).body();
        assertThat(state()).isEqualTo("expired");
        assertThat(expired)
                .contains("No key counts.", agent + "/restore", "An end that has passed is taken away")
                .doesNotContain(agent + "/rotate", agent + "/pause", agent + "/resume");
        assertThat(browser.get("/agents").body())
                .contains(">expired<")
                .doesNotContain(key(made).substring(60) + "<");
        assertThat(agentOfApi().path("keys")).isEmpty();
        for (var act : List.of("/rotate", "/pause", "/resume")) {
            var refused = browser.post(agent + act, Map.of("overlap", "none"));
            assertThat(refused.status()).as(act).isEqualTo(422);
            assertThat(refused.body()).as(act).contains("The agent is expired.", "kruxos agent restore build-bot");
        }
        var later = browser.post(agent + "/edit", Map.of("purpose", "", "expires", "2099-12-31"));
        assertThat(later.body()).contains("The agent is expired.", "kruxos agent restore build-bot");
        assertThat(refusal(key(made))).isEqualTo(401);

        var restored = browser.post(agent + "/restore");
        assertThat(state()).isEqualTo("active");
        assertThat(key(restored)).isNotEqualTo(key(made));
        assertThat(refusal(key(made))).isEqualTo(401);
        try (var connected = WebSocketAgent.connect(trial.port(), key(restored))) {
            connected.initialize();
        }
        assertThat(trial.adminClient().get("/agents/build-bot").json().has("expires"))
                .isFalse();
        assertThat(browser.get(agent).body()).contains("<dt>Ends</dt><dd><span class=\"aside\">never</span>");
        var again = browser.post(agent + "/restore");
        assertThat(again.status()).isEqualTo(422);
        assertThat(again.body()).contains("The agent is active.");
    }

    /**
     * Red without the look at what was shown in AgentPages.edit: the end would move to that of its day, or be refused.
     */
    @Test
    void aPurposeIsChangedWithoutMovingTheEnd() {
        var now = new AtomicReference<>(Instant.parse("2026-11-21T08:00:00Z"));
        restart(now::get);
        var made = trial.adminClient()
                .post("/agents", "{\"name\":\"build-bot\",\"expires\":\"2026-11-22T12:34:56Z\"}")
                .json();
        var agent = "/agents/" + made.path("agent").path("id").asString();
        var day = Map.of("purpose", "tests", "expires", "2026-11-22");
        browser.get(agent);
        assertThat(browser.post(agent + "/edit", day).status()).isEqualTo(303);
        assertThat(agentOfApi().path("expires").asString()).isEqualTo("2026-11-22T12:34:56Z");
        assertThat(agentOfApi().path("purpose").asString()).isEqualTo("tests");

        now.set(Instant.parse("2026-11-30T08:00:00Z"));
        browser.signIn("ada", Browser.PASSPHRASE);
        browser.get(agent);
        var over = Map.of("purpose", "was for tests", "expires", "2026-11-22");
        assertThat(browser.post(agent + "/edit", over).status()).isEqualTo(303);
        assertThat(agentOfApi().path("purpose").asString()).isEqualTo("was for tests");
        assertThat(state()).isEqualTo("expired");

        browser.post(agent + "/restore");
        browser.get(agent);
        assertThat(browser.post(agent + "/revoke", Map.of("confirm", "build-bot"))
                        .status())
                .isEqualTo(303);
        var none = Map.of("purpose", "is revoked", "expires", "");
        assertThat(browser.post(agent + "/edit", none).status()).isEqualTo(303);
        assertThat(agentOfApi().path("purpose").asString()).isEqualTo("is revoked");
        assertThat(state()).isEqualTo("revoked");
    }

    /** Another appliance, whose time the test tells. */
    private void restart(InstantSource clock) {
        stop();
        trial = TestAppliance.start(folder.resolve("clocked"), Config.defaults(), clock);
        browser = Browser.seated(trial, "ada");
    }

    private JsonNode agentOfApi() {
        return trial.adminClient().get("/agents/build-bot").json();
    }

    private int refusal(String key) {
        return WebSocketAgent.refusalStatus(trial.port(), "/mcp?token=" + key, builder -> builder);
    }

    @Test
    void aSessionIsClosedAndTheAgentMayComeBack() {
        var made = create("build-bot", "", "");
        var agent = "/agents/" + agent(made);
        try (var connected = WebSocketAgent.connect(trial.port(), key(made))) {
            connected.initialize();
            var page = browser.get(agent);
            var session = Pattern.compile("(ses_[a-z2-7]{16})/close").matcher(page.body());
            assertThat(session.find()).isTrue();
            assertThat(browser.post(agent + "/sessions/" + session.group(1) + "/close")
                            .status())
                    .isEqualTo(303);
            assertThat(connected.closeCode()).isEqualTo(1008);
        }
        WebSocketAgent.connect(trial.port(), key(made)).close();
    }

    @Test
    void whatIsWrongIsSaidBesideWhatWasTyped() {
        var page = create("Not A Name", "why", "");
        assertThat(page.status()).isEqualTo(422);
        assertThat(page.body()).contains("value=\"Not A Name\"", "A name has 1 to 63");
        assertThat(create("fine", "", "yesterday").status()).isEqualTo(422);
        assertThat(create("fine", "", "2020-01-01").status()).isEqualTo(422);
        assertThat(create("fine", "", "+999999999-12-31").status()).isEqualTo(422);
        assertThat(create("fine", "", "").status()).isEqualTo(200);
        assertThat(create("fine", "", "").body()).contains("There is an agent named fine already");
        assertThat(browser.get("/agents/agt_aaaaaaaaaaaaaaaa").status()).isEqualTo(404);
        assertThat(browser.send("DELETE", "/agents", HttpRequest.BodyPublishers.noBody())
                        .status())
                .isEqualTo(405);
    }

    /**
     * Red when AgentPages.page takes every tool for allowed, when ToolDesk.of asks the servers of every Space, and when
     * the tools of a server are not asked for.
     */
    @Test
    void itsToolsAreThoseOfItsSpaceAndTheBlockedOnesAreShownAsSuch() {
        trial.addFaultyServer("odd");
        var other = trial.adminClient().post("/spaces", "{\"name\":\"other\"}");
        assertThat(other.status()).as(other.body()).isEqualTo(201);
        oddServerIn("other", "elsewhere");
        var made = create("build-bot", "", "");
        assertThat(made.status()).as(made.body()).isEqualTo(200);

        var page = browser.get("/agents/" + agent(made)).body();

        assertThat(tools(page, "allowed")).contains("odd__echo").doesNotContain("odd__delete_all");
        assertThat(tools(page, "blocked")).containsExactly("odd__delete_all");
        assertThat(page).contains("What the rules in").doesNotContain("elsewhere");
    }

    /** A server in another Space, as soon as its tools are known. */
    private void oddServerIn(String space, String name) {
        var command = TestAppliance.faultyServerCommand().stream()
                .map(word -> "\"" + word + "\"")
                .collect(Collectors.joining(",", "[", "]"));
        var added = trial.adminClient()
                .post("/servers", "{\"space\":\"%s\",\"name\":\"%s\",\"command\":%s}".formatted(space, name, command));
        assertThat(added.status()).as(added.body()).isEqualTo(201);
        var tools = "/servers/" + name + "/tools?space=" + space;
        TestAppliance.await(
                () -> trial.adminClient().get(tools).body().contains(name + "__echo"), () -> "the tools of " + name);
    }

    /** Names of the tools on the page of an agent that look like this. */
    private static List<String> tools(String page, String css) {
        return Pattern.compile("<li class=\"" + css + "\">\\s*<p><code>([^<]*)</code>")
                .matcher(page)
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    private Browser.Page create(String name, String purpose, String expires) {
        browser.get("/agents/new");
        return browser.post(
                "/agents", Map.of("name", name, "purpose", purpose, "space", "default", "expires", expires));
    }

    private String state() {
        return trial.adminClient().get("/agents/build-bot").json().path("state").asString();
    }

    private static String key(Browser.Page page) {
        assertThat(page.status()).as(page.body()).isEqualTo(200);
        var found = KEY.matcher(page.body());
        assertThat(found.find()).isTrue();
        return found.group();
    }

    private static String agent(Browser.Page page) {
        var found = AGENT.matcher(page.body());
        assertThat(found.find()).isTrue();
        return found.group(1);
    }
}
