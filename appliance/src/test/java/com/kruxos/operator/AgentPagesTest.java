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

/** Agents are created, shown, changed and revoked on the dashboard; a new key is shown once. */
@Timeout(300)
class AgentPagesTest {
    private static final Pattern KEY = Pattern.compile("\\b[0-9a-f]{64}\\b");
    private static final Pattern AGENT = Pattern.compile("/agents/(agt_[a-z2-7]{16})");

    @TempDir
    Path folder;

    private TestAppliance appliance;
    private DashboardClient browser;

    @BeforeEach
    void start() {
        appliance = TestAppliance.start(
                folder,
                Config.defaults()
                        .withPolicy(new Config.PolicyRules(
                                true, List.of(new Config.PolicyRule(false, "*", "odd", "delete_*")))));
        browser = DashboardClient.signedIn(appliance, "ada");
    }

    @AfterEach
    void stop() {
        browser.close();
        appliance.close();
    }

    /** Fails when the page shows an address at which a client on this machine cannot connect. */
    @Test
    void theKeyIsValidAtTheAddressShown() {
        var made = createAgent("build-bot", "", "");
        var shown = Pattern.compile("Agents connect at <code class=\"address\">([^<]+)<")
                .matcher(made.body());
        assertThat(shown.find()).isTrue();
        var address = URI.create(shown.group(1));
        assertThat(address.getScheme()).isEqualTo("ws"); // TLS would require a trusted certificate
        assertThat(made.body()).contains("http://" + address.getAuthority() + "/mcp");
        try (var agent = WebSocketAgent.connect(address.getPort(), keyOn(made))) {
            agent.initialize();
        }
    }

    /** Fails when a page other than the response to the form contains the key. */
    @Test
    void anAgentIsCreatedAndItsKeyIsShownOnce() {
        var made = createAgent("build-bot", "builds & <b>tests</b>", "");
        assertThat(made.status()).as(made.body()).isEqualTo(200);
        var key = keyOn(made);
        var agent = agentIdOn(made);
        assertThat(made.header("cache-control")).isEqualTo("no-store");

        try (var connected = WebSocketAgent.connect(appliance.port(), key)) {
            connected.initialize();
            var page = browser.get("/agents/" + agent);
            assertThat(page.body())
                    .contains("build-bot", "builds &amp; &lt;b&gt;tests&lt;/b&gt;", key.substring(60))
                    .doesNotContain(key, "<b>tests");
            assertThat(browser.get("/").body()).contains("build-bot").doesNotContain(key);
            assertThat(browser.get("/agents?q=build").body()).contains("build-bot");
            assertThat(browser.get("/agents?q=nothing-like-it").body()).doesNotContain("build-bot");

            var rotated = browser.post("/agents/" + agent + "/rotate", Map.of("overlap", "none"));
            assertThat(keyOn(rotated)).isNotEqualTo(key);
            assertThat(connected.closeCode()).isEqualTo(1008);
        }
        assertThat(connectStatus(key)).isEqualTo(401);
    }

    @Test
    void anAgentCanBePausedResumedAndRevoked() {
        var made = createAgent("build-bot", "", "2099-12-31");
        var agent = "/agents/" + agentIdOn(made);
        browser.get(agent);
        assertThat(browser.post(agent + "/pause").location()).isEqualTo(agent);
        assertThat(browser.get(agent).body()).contains("The agent is paused.");
        assertThat(browser.get(agent).body()).doesNotContain("The agent is paused."); // shown once
        assertThat(agentState()).isEqualTo("paused");
        // Audit records contain the id; the page shows the name.
        assertThat(browser.get("/").body()).contains("agent.pause").doesNotContain(agent.substring(8) + "</");
        browser.post(agent + "/resume");
        assertThat(agentState()).isEqualTo("active");

        try (var connected = WebSocketAgent.connect(appliance.port(), keyOn(made))) {
            connected.initialize();
            assertThat(browser.post(agent + "/revoke", Map.of("confirm", "build-bo"))
                            .status())
                    .isEqualTo(422);
            assertThat(agentState()).isEqualTo("active");
            assertThat(browser.post(agent + "/revoke", Map.of("confirm", "build-bot"))
                            .status())
                    .isEqualTo(303);
            assertThat(connected.closeCode()).isEqualTo(1008);
        }
        assertThat(agentState()).isEqualTo("revoked");
        assertThat(browser.post(agent + "/pause").status()).isEqualTo(422);
        assertThat(keyOn(browser.post(agent + "/restore"))).isNotEqualTo(keyOn(made));
        assertThat(agentState()).isEqualTo("active");
        assertThat(appliance
                        .adminClient()
                        .get("/audit?kind=admin.closed&limit=500")
                        .body())
                .contains("\"type\":\"operator\"", "\"name\":\"ada\"", "agent.revoke", "agent.restore");
    }

    /**
     * Fails when {@code Agents.restore} keeps a past expiry, refuses an expired agent, or leaves the old key valid;
     * when the page offers an action that is refused; and when {@code AgentAdmin} shows expired keys.
     */
    @Test
    void anExpiredAgentIsRestoredWithANewKeyAndNoExpiry() {
        var now = new AtomicReference<>(Instant.parse("2026-11-21T08:00:00Z"));
        restart(now::get);
        var made = createAgent("build-bot", "", "2026-11-22");
        var agent = "/agents/" + agentIdOn(made);
        now.set(Instant.parse("2026-11-22T23:59:59Z"));
        WebSocketAgent.connect(appliance.port(), keyOn(made)).close();
        now.set(Instant.parse("2026-11-23T00:00:00Z"));
        browser.signIn("ada", DashboardClient.PASSPHRASE);

        var expired = browser.get(agent).body();
        assertThat(agentState()).isEqualTo("expired");
        assertThat(expired)
                .contains("No valid key.", agent + "/restore", "A past expiry date is removed")
                .doesNotContain(agent + "/rotate", agent + "/pause", agent + "/resume");
        assertThat(browser.get("/agents").body())
                .contains(">expired<")
                .doesNotContain(keyOn(made).substring(60) + "<");
        assertThat(agentFromApi().path("keys")).isEmpty();
        for (var act : List.of("/rotate", "/pause", "/resume")) {
            var refused = browser.post(agent + act, Map.of("overlap", "none"));
            assertThat(refused.status()).as(act).isEqualTo(422);
            assertThat(refused.body()).as(act).contains("The agent is expired.", "kruxos agent restore build-bot");
        }
        var later = browser.post(agent + "/edit", Map.of("purpose", "", "expires", "2099-12-31"));
        assertThat(later.body()).contains("The agent is expired.", "kruxos agent restore build-bot");
        assertThat(connectStatus(keyOn(made))).isEqualTo(401);

        var restored = browser.post(agent + "/restore");
        assertThat(agentState()).isEqualTo("active");
        assertThat(keyOn(restored)).isNotEqualTo(keyOn(made));
        assertThat(connectStatus(keyOn(made))).isEqualTo(401);
        try (var connected = WebSocketAgent.connect(appliance.port(), keyOn(restored))) {
            connected.initialize();
        }
        assertThat(appliance.adminClient().get("/agents/build-bot").json().has("expires"))
                .isFalse();
        assertThat(browser.get(agent).body()).contains("<dt>Expires</dt><dd><span class=\"aside\">never</span>");
        var again = browser.post(agent + "/restore");
        assertThat(again.status()).isEqualTo(422);
        assertThat(again.body()).contains("The agent is active.");
    }

    /**
     * Fails when {@code AgentPages.edit} does not compare the day with the one that was shown: the expiry would move,
     * or be refused.
     */
    @Test
    void changingThePurposeKeepsTheExpiry() {
        var now = new AtomicReference<>(Instant.parse("2026-11-21T08:00:00Z"));
        restart(now::get);
        var made = appliance
                .adminClient()
                .post("/agents", "{\"name\":\"build-bot\",\"expires\":\"2026-11-22T12:34:56Z\"}")
                .json();
        var agent = "/agents/" + made.path("agent").path("id").asString();
        var day = Map.of("purpose", "tests", "expires", "2026-11-22");
        browser.get(agent);
        assertThat(browser.post(agent + "/edit", day).status()).isEqualTo(303);
        assertThat(agentFromApi().path("expires").asString()).isEqualTo("2026-11-22T12:34:56Z");
        assertThat(agentFromApi().path("purpose").asString()).isEqualTo("tests");

        now.set(Instant.parse("2026-11-30T08:00:00Z"));
        browser.signIn("ada", DashboardClient.PASSPHRASE);
        browser.get(agent);
        var over = Map.of("purpose", "was for tests", "expires", "2026-11-22");
        assertThat(browser.post(agent + "/edit", over).status()).isEqualTo(303);
        assertThat(agentFromApi().path("purpose").asString()).isEqualTo("was for tests");
        assertThat(agentState()).isEqualTo("expired");

        browser.post(agent + "/restore");
        browser.get(agent);
        assertThat(browser.post(agent + "/revoke", Map.of("confirm", "build-bot"))
                        .status())
                .isEqualTo(303);
        var none = Map.of("purpose", "is revoked", "expires", "");
        assertThat(browser.post(agent + "/edit", none).status()).isEqualTo(303);
        assertThat(agentFromApi().path("purpose").asString()).isEqualTo("is revoked");
        assertThat(agentState()).isEqualTo("revoked");
    }

    /** A second appliance with the clock of the test. */
    private void restart(InstantSource clock) {
        stop();
        appliance = TestAppliance.start(folder.resolve("clocked"), Config.defaults(), clock);
        browser = DashboardClient.signedIn(appliance, "ada");
    }

    private JsonNode agentFromApi() {
        return appliance.adminClient().get("/agents/build-bot").json();
    }

    private int connectStatus(String key) {
        return WebSocketAgent.refusalStatus(appliance.port(), "/mcp?token=" + key, builder -> builder);
    }

    @Test
    void aClosedSessionCanBeReopened() {
        var made = createAgent("build-bot", "", "");
        var agent = "/agents/" + agentIdOn(made);
        try (var connected = WebSocketAgent.connect(appliance.port(), keyOn(made))) {
            connected.initialize();
            var page = browser.get(agent);
            var session = Pattern.compile("(ses_[a-z2-7]{16})/close").matcher(page.body());
            assertThat(session.find()).isTrue();
            assertThat(browser.post(agent + "/sessions/" + session.group(1) + "/close")
                            .status())
                    .isEqualTo(303);
            assertThat(connected.closeCode()).isEqualTo(1008);
        }
        WebSocketAgent.connect(appliance.port(), keyOn(made)).close();
    }

    @Test
    void invalidInputIsShownAgainWithTheProblem() {
        var page = createAgent("Not A Name", "why", "");
        assertThat(page.status()).isEqualTo(422);
        assertThat(page.body()).contains("value=\"Not A Name\"", "A name has 1 to 63");
        assertThat(createAgent("fine", "", "yesterday").status()).isEqualTo(422);
        assertThat(createAgent("fine", "", "2020-01-01").status()).isEqualTo(422);
        assertThat(createAgent("fine", "", "+999999999-12-31").status()).isEqualTo(422);
        assertThat(createAgent("fine", "", "").status()).isEqualTo(200);
        assertThat(createAgent("fine", "", "").body()).contains("There is an agent named fine already");
        assertThat(browser.get("/agents/agt_aaaaaaaaaaaaaaaa").status()).isEqualTo(404);
        assertThat(browser.send("DELETE", "/agents", HttpRequest.BodyPublishers.noBody())
                        .status())
                .isEqualTo(405);
    }

    /** Fails when {@code AgentPages} shows every tool as allowed, or {@code ToolAdmin.toolsOf} lists other Spaces. */
    @Test
    void theToolsOfTheSpaceAreListedWithBlockedOnesMarked() {
        appliance.addFaultyServer("odd");
        var other = appliance.adminClient().post("/spaces", "{\"name\":\"other\"}");
        assertThat(other.status()).as(other.body()).isEqualTo(201);
        addServerTo("other", "elsewhere");
        var made = createAgent("build-bot", "", "");
        assertThat(made.status()).as(made.body()).isEqualTo(200);

        var page = browser.get("/agents/" + agentIdOn(made)).body();

        assertThat(tools(page, "allowed")).contains("odd__echo").doesNotContain("odd__delete_all");
        assertThat(tools(page, "blocked")).containsExactly("odd__delete_all");
        assertThat(page).contains("blocks some tools").doesNotContain("elsewhere");
    }

    /** Returns when the tools of the server are listed. */
    private void addServerTo(String space, String name) {
        var command = TestAppliance.faultyServerCommand().stream()
                .map(word -> "\"" + word + "\"")
                .collect(Collectors.joining(",", "[", "]"));
        var added = appliance
                .adminClient()
                .post("/servers", "{\"space\":\"%s\",\"name\":\"%s\",\"command\":%s}".formatted(space, name, command));
        assertThat(added.status()).as(added.body()).isEqualTo(201);
        var tools = "/servers/" + name + "/tools?space=" + space;
        TestAppliance.await(
                () -> appliance.adminClient().get(tools).body().contains(name + "__echo"),
                () -> "the tools of " + name);
    }

    /** The names of tools with this CSS class. */
    private static List<String> tools(String page, String css) {
        return Pattern.compile("<li class=\"" + css + "\">\\s*<p><code>([^<]*)</code>")
                .matcher(page)
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    private DashboardClient.DashboardResponse createAgent(String name, String purpose, String expires) {
        browser.get("/agents/new");
        return browser.post(
                "/agents", Map.of("name", name, "purpose", purpose, "space", "default", "expires", expires));
    }

    private String agentState() {
        return appliance
                .adminClient()
                .get("/agents/build-bot")
                .json()
                .path("state")
                .asString();
    }

    private static String keyOn(DashboardClient.DashboardResponse page) {
        assertThat(page.status()).as(page.body()).isEqualTo(200);
        var found = KEY.matcher(page.body());
        assertThat(found.find()).isTrue();
        return found.group();
    }

    private static String agentIdOn(DashboardClient.DashboardResponse page) {
        var found = AGENT.matcher(page.body());
        assertThat(found.find()).isTrue();
        return found.group(1);
    }
}
