package com.kruxos.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.chromium.BrowserTools;
import com.kruxos.chromium.ChromiumBrowser;
import com.kruxos.chromium.Viewport;
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
 * The dashboard in a real browser with a real agent, from invitation to sign-out. Screenshots are in
 * {@code target/screenshots}.
 */
@Tag("browser")
@Timeout(600)
class DashboardInChromiumTest {
    private static final String PURPOSE = "<img src=x onerror=alert(1)><b>builds</b> & <script>alert(2)</script>";
    private static final String HELLO = """
            {"protocolVersion":"2025-11-25","capabilities":{},
            "clientInfo":{"name":"<b>raw</b> \\u202egnp.exe","version":"1"}}""";

    @TempDir
    Path folder;

    private TestAppliance appliance;
    private ChromiumBrowser chromium;
    private int port;
    private String code;

    @BeforeEach
    void start() {
        chromium = new ChromiumBrowser();
        appliance = TestAppliance.start(folder);
        appliance.addFaultyServer("odd");
        code = DashboardClient.createInvitation(appliance, "ada");
        port = appliance
                .adminClient()
                .get("/status")
                .json()
                .path("ports")
                .path("dashboard")
                .asInt();
    }

    @AfterEach
    void stop() {
        if (appliance != null) {
            appliance.close();
        }
        chromium.close();
    }

    /**
     * Fails, among others, without {@code HostFilter.isSameOriginWithoutReferrer}, {@code LiveUpdates.changedRegions},
     * the confirmation in app.js, or {@code no-store} on pages.
     */
    @ParameterizedTest
    @EnumSource(Viewport.class)
    void anOperatorWorksFromInvitationToSignOut(Viewport view) {
        var home = BrowserUser.withScripts(chromium, view, port, BrowserTools.axeScript());
        home.navigate("/welcome/" + code);
        home.checkPage("1-welcome");
        home.choosePassphrase();
        home.waitFor("#live:text-is('Live')");
        home.checkPage("2-home-new");
        home.markPage();

        var work = home.newTab();
        var key = createAgent(work);
        try (var agent = WebSocketAgent.connect(appliance.port(), key)) {
            agent.request(0, "initialize", HELLO);
            assertThat(agent.callText(1, "odd__echo", "{\"text\":\"hello\"}")).isNotEmpty();
            checkLiveCalls(home);
            work.reload();
            assertThat(work.text()).contains("<b>raw</b>", "\uFFFDgnp.exe", "odd__echo", "odd__crash");
            work.checkPage("7-agent-connected");
            work.find("#rotate summary").click();
            work.find("#edit summary").click();
            revokeAgent(work);
            assertThat(agent.closeCode()).isEqualTo(1008);
        }
        work.checkPage("9-agent-revoked");
        home.waitFor("#connected:has-text('No agent is connected')");
        home.waitFor("#entries tr:has-text('agent.revoke')");
        assertThat(home.isMarked()).isTrue();
        home.checkPage("10-home-without");
        signOutAndInAgain(work, home);
    }

    private static String createAgent(BrowserUser work) {
        work.navigate("/agents");
        work.checkPage("3-agents-none");
        work.clickLink("New agent");
        work.fill("Name", "build-bot");
        work.find("#purpose").fill(PURPOSE);
        work.checkPage("4-agent-new");
        work.clickButton("Create agent");
        work.waitFor("#key");
        var key = work.find("#key").innerText();
        assertThat(key).matches("[0-9a-f]{64}");
        work.checkPage("5-agent-key");
        work.clickLink("I have copied the key");
        assertThat(work.title()).startsWith("build-bot");
        assertThat(work.text()).contains(PURPOSE, key.substring(60)).doesNotContain(key);
        work.checkPage("6-agent-away");
        return key;
    }

    private static void checkLiveCalls(BrowserUser home) {
        home.waitFor("#connected tbody tr:has-text('build-bot')");
        home.waitFor("#entries tr:has-text('odd/echo') .state.good:has-text('answered')");
        home.waitFor("#traffic svg[aria-label='Calls per minute: 1 in the last hour, at most 1 per minute'] rect");
        assertThat(home.find("#connected").innerText()).contains("<b>raw</b>", "\uFFFDgnp.exe");
        assertThat(home.isMarked()).isTrue();
        home.checkPage("6-home-live");
    }

    private void revokeAgent(BrowserUser work) {
        work.find("#revoke summary").click();
        work.find("#confirm").fill("build-bo");
        assertThat(work.find("#revoke button").isDisabled()).isTrue();
        work.find("#confirm").press("Enter");
        assertThat(agentState()).isEqualTo("active");
        work.find("#confirm").fill("build-bot");
        work.checkPage("8-agent-revoke");
        work.find("#revoke button").click();
        work.waitFor(".notices:has-text('The agent is revoked')");
        assertThat(agentState()).isEqualTo("revoked");
    }

    private static void signOutAndInAgain(BrowserUser work, BrowserUser home) {
        work.clickLink("Agents");
        work.checkPage("11-agents");
        work.clickLink("Account");
        work.checkPage("12-account");
        work.clickButton("Sign out");
        work.waitFor("h1:text-is('Sign in')");
        work.checkPage("13-sign-in");
        work.goBack();
        work.waitFor("h1:text-is('Sign in')");
        assertThat(work.path()).isEqualTo("/sign-in?next=%2Faccount");
        home.waitFor("#live:has-text('Not live. Reload the page')");
        home.reload();
        home.signIn("ada", DashboardClient.PASSPHRASE);
        home.waitFor("h1:text-is('Home')");
        home.waitFor("#live:text-is('Live')");
        home.checkPage("14-home-again");
    }

    /** Fails when one of these steps needs app.js. */
    @Test
    void everythingWorksWithoutScripts() {
        var person = BrowserUser.withoutScripts(chromium, Viewport.PHONE, port);
        person.navigate("/welcome/" + code);
        person.choosePassphrase();
        var key = createAgent(person);
        try (var agent = WebSocketAgent.connect(appliance.port(), key)) {
            agent.request(0, "initialize", HELLO);
            agent.call(1, "odd__echo", "{\"text\":\"hello\"}");
            person.find("nav a[href='/']").click();
            person.waitFor("h1:text-is('Home')");
            assertThat(person.find("#connected tbody").innerText()).contains("build-bot", "<b>raw</b>");
            assertThat(person.find("#entries tbody").innerText()).contains("odd/echo");
            assertThat(person.find("#traffic .plot.calls rect").count()).isPositive();
            person.checkPage("6-home");
            person.clickLink("build-bot");
            assertThat(person.text()).contains("<b>raw</b>", "odd__crash");
            person.find("#revoke summary").click();
            person.find("#confirm").fill("build-bo");
            person.find("#revoke button").click();
            person.waitFor("[role=alert], .problem");
            assertThat(agentState()).isEqualTo("active");
            chromium.drainConsoleMessages(); // the console reports the 422 response
            person.find("#revoke summary").click();
            person.find("#confirm").fill("build-bot");
            person.find("#revoke button").click();
            assertThat(agent.closeCode()).isEqualTo(1008);
        }
        person.waitFor(".notices:has-text('The agent is revoked')");
        person.checkPage("9-agent-revoked");
        person.clickButton("Sign out");
        person.signIn("ada", DashboardClient.PASSPHRASE);
        person.waitFor("h1:text-is('Home')");
        assertThat(chromium.drainConsoleMessages()).isEmpty();
    }

    private String agentState() {
        return appliance
                .adminClient()
                .get("/agents/build-bot")
                .json()
                .path("state")
                .asString();
    }
}
