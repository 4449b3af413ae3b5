package com.kruxos.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.chromium.Checks;
import com.kruxos.chromium.Chromium;
import com.kruxos.chromium.View;
import com.kruxos.peers.TestAppliance;
import com.kruxos.peers.WebSocketAgent;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Rows K1, K4 and K11 as a person meets them: from the link to signing out, in a real browser, with a real agent.
 * Pictures of every page are in {@code target/screenshots}.
 */
@Tag("browser")
@Timeout(600)
class ChromiumTest {
    private static final String PURPOSE = "<img src=x onerror=alert(1)><b>builds</b> & <script>alert(2)</script>";
    private static final String HELLO = """
            {"protocolVersion":"2025-11-25","capabilities":{},
            "clientInfo":{"name":"<b>raw</b> \\u202egnp.exe","version":"1"}}""";

    @TempDir
    Path folder;

    private TestAppliance trial;
    private Chromium chromium;
    private int port;
    private String code;

    @BeforeEach
    void start() {
        chromium = new Chromium();
        trial = TestAppliance.start(folder);
        trial.addFaultyServer("odd");
        code = Browser.invitation(trial, "ada");
        port = trial.adminClient()
                .get("/status")
                .json()
                .path("ports")
                .path("dashboard")
                .asInt();
    }

    @AfterEach
    void stop() {
        if (trial != null) {
            trial.close();
        }
        chromium.close();
    }

    /**
     * Red, among much else, without KnownHosts.keptBack, Live.news, the judge of a button in app.js, or no-store on
     * pages.
     */
    @ParameterizedTest
    @EnumSource(View.class)
    void fromTheInvitationToTheEnd(View view) {
        var home = Person.at(chromium, view, port, Checks.axe());
        home.open("/welcome/" + code);
        home.looks("1-welcome");
        home.choosesPassphrase();
        home.sees("#live:text-is('Live')");
        home.looks("2-home-new");
        home.mark();

        var work = home.inAnotherTab();
        var key = createsAnAgent(work);
        try (var agent = WebSocketAgent.connect(trial.port(), key)) {
            agent.request(0, "initialize", HELLO);
            assertThat(agent.callText(1, "odd__echo", "{\"text\":\"hello\"}")).isNotEmpty();
            seesItCalling(home);
            work.reload();
            assertThat(work.text()).contains("<b>raw</b>", "\uFFFDgnp.exe", "odd__echo", "odd__crash");
            work.looks("7-agent-connected");
            work.find("#rotate summary").click();
            work.find("#edit summary").click();
            revokes(work);
            assertThat(agent.closeCode()).isEqualTo(1008);
        }
        work.looks("9-agent-revoked");
        home.sees("#connected:has-text('No agent is connected')");
        home.sees("#entries tr:has-text('agent.revoke')");
        assertThat(home.isMarked()).isTrue();
        home.looks("10-home-without");
        leavesAndComesBack(work, home);
    }

    private static String createsAnAgent(Person work) {
        work.open("/agents");
        work.looks("3-agents-none");
        work.follow("New agent");
        work.fill("Name", "build-bot");
        work.find("#purpose").fill(PURPOSE);
        work.looks("4-agent-new");
        work.press("Create agent");
        work.sees("#key");
        var key = work.find("#key").innerText();
        assertThat(key).matches("[0-9a-f]{64}");
        work.looks("5-agent-key");
        work.follow("I have copied the key");
        assertThat(work.title()).startsWith("build-bot");
        assertThat(work.text()).contains(PURPOSE, key.substring(60)).doesNotContain(key);
        work.looks("6-agent-away");
        return key;
    }

    private static void seesItCalling(Person home) {
        home.sees("#connected tbody tr:has-text('build-bot')");
        home.sees("#entries tr:has-text('odd/echo') .state.good:has-text('answered')");
        home.sees("#traffic svg[aria-label='Calls a minute: 1 in the hour, 1 at most'] rect");
        assertThat(home.find("#connected").innerText()).contains("<b>raw</b>", "\uFFFDgnp.exe");
        assertThat(home.isMarked()).isTrue();
        home.looks("6-home-live");
    }

    private void revokes(Person work) {
        work.find("#revoke summary").click();
        work.find("#confirm").fill("build-bo");
        assertThat(work.find("#revoke button").isDisabled()).isTrue();
        work.find("#confirm").press("Enter");
        assertThat(state()).isEqualTo("active");
        work.find("#confirm").fill("build-bot");
        work.looks("8-agent-revoke");
        work.find("#revoke button").click();
        work.sees(".notices:has-text('The agent is revoked')");
        assertThat(state()).isEqualTo("revoked");
    }

    private static void leavesAndComesBack(Person work, Person home) {
        work.follow("Agents");
        work.looks("11-agents");
        work.follow("Account");
        work.looks("12-account");
        work.press("Sign out");
        work.sees("h1:text-is('Sign in')");
        work.looks("13-sign-in");
        work.goBack();
        work.sees("h1:text-is('Sign in')");
        assertThat(work.path()).isEqualTo("/sign-in?next=%2Faccount");
        home.sees("#live:has-text('Not live. Reload the page')");
        home.reload();
        home.signsIn("ada", Browser.PASSPHRASE);
        home.sees("h1:text-is('Home')");
        home.sees("#live:text-is('Live')");
        home.looks("14-home-again");
    }

    /** Red when a step of these needs app.js. */
    @Test
    void plainLinksAndFormsAreEnough() {
        var person = Person.withoutScripts(chromium, View.PHONE, port);
        person.open("/welcome/" + code);
        person.choosesPassphrase();
        var key = createsAnAgent(person);
        try (var agent = WebSocketAgent.connect(trial.port(), key)) {
            agent.request(0, "initialize", HELLO);
            agent.call(1, "odd__echo", "{\"text\":\"hello\"}");
            person.find("nav a[href='/']").click();
            person.sees("h1:text-is('Home')");
            assertThat(person.find("#connected tbody").innerText()).contains("build-bot", "<b>raw</b>");
            assertThat(person.find("#entries tbody").innerText()).contains("odd/echo");
            assertThat(person.find("#traffic .plot.calls rect").count()).isPositive();
            person.looks("6-home");
            person.follow("build-bot");
            assertThat(person.text()).contains("<b>raw</b>", "odd__crash");
            person.find("#revoke summary").click();
            person.find("#confirm").fill("build-bo");
            person.find("#revoke button").click();
            person.sees("[role=alert], .problem");
            assertThat(state()).isEqualTo("active");
            chromium.complaints(); // the browser notes that 422 is no success
            person.find("#revoke summary").click();
            person.find("#confirm").fill("build-bot");
            person.find("#revoke button").click();
            assertThat(agent.closeCode()).isEqualTo(1008);
        }
        person.sees(".notices:has-text('The agent is revoked')");
        person.looks("9-agent-revoked");
        person.press("Sign out");
        person.signsIn("ada", Browser.PASSPHRASE);
        person.sees("h1:text-is('Home')");
        assertThat(chromium.complaints()).isEmpty();
    }

    private String state() {
        return trial.adminClient().get("/agents/build-bot").json().path("state").asString();
    }
}
