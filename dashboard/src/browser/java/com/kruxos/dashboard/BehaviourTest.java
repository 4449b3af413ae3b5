package com.kruxos.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.chromium.ChromiumBrowser;
import com.kruxos.chromium.Viewport;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Use of the pages with a keyboard, with and without scripts. */
class BehaviourTest {
    /** Numbers all focusable elements in document order; those in closed details are not focusable. */
    private static final String MARK_TAB_STOPS = """
            () => {
                const stops = [...document.querySelectorAll(
                        "a[href], button:not(:disabled), input:not([type=hidden]), select, summary, [tabindex='0']")]
                    .filter(one => one.tabIndex >= 0 && one.checkVisibility({ visibilityProperty: true }));
                stops.forEach((one, at) => one.dataset.stop = at);
                return stops.length;
            }""";

    private static final String CURRENT_TAB_STOP = """
            () => {
                const one = document.activeElement;
                const style = getComputedStyle(one);
                const seen = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
                return one === document.body ? "away" : one.dataset.stop + (seen ? "" : ", unseen");
            }""";

    private final ChromiumBrowser browser = new ChromiumBrowser();
    private StoryServer server;

    @BeforeEach
    void startServer() throws IOException {
        server = new StoryServer();
    }

    @AfterEach
    void stopServer() {
        browser.close();
        server.close();
    }

    /** Fails with a focus trap, a positive tabindex, a visual order set by CSS, or an invisible focus ring. */
    @ParameterizedTest
    @ValueSource(strings = {"sign-in", "home-red", "agents", "agent-active", "agent-key", "account", "agent-make"})
    void tabReachesEveryControlInOrder(String name) {
        for (var view : List.of(Viewport.DESK, Viewport.PHONE_DARK)) {
            var page = open(name, view, true);
            page.evaluate("() => document.activeElement.blur()");
            page.evaluate("() => { getSelection().removeAllRanges(); document.querySelector('.skip').focus(); }");
            var stops = ((Number) page.evaluate(MARK_TAB_STOPS)).intValue();
            var seen = new ArrayList<String>();
            for (var stop = 0; stop < stops; stop++) {
                var at = (String) page.evaluate(CURRENT_TAB_STOP);
                seen.add(at);
                // A date field is one stop with four inner stops; the browser itself draws the focus ring of the last.
                do {
                    page.keyboard().press("Tab");
                } while (((String) page.evaluate(CURRENT_TAB_STOP)).startsWith(at));
            }
            assertThat(seen).hasSize(stops).isEqualTo(numbers(stops));
        }
    }

    /** Fails when app.js does not replace a region, or loses open details or the focus. */
    @Test
    void liveUpdatesKeepFocusSelectionAndOpenDetails() {
        var page = open("home-green", Viewport.DESK, true);
        assertThat(page.locator("#overview h2").innerText()).isEqualTo("All is well");
        server.setSendLiveEvents(true);
        page.navigate(server.url(story("home-green")));
        page.locator("#overview h2:has-text('1 problem, 1 warning')").waitFor();
        page.locator("#waiting li").first().waitFor();
        page.locator("#traffic-figures summary").click();
        page.locator("#connected a").nth(2).focus();

        page.evaluate(RESEND_LIVE_EVENTS);

        assertThat(page.locator("#traffic-figures[open]").count()).isEqualTo(1);
        assertThat(page.evaluate("() => document.activeElement.textContent")).isEqualTo("night-watch");
        assertThat(page.locator("#entries tbody tr").count()).isEqualTo(6);
        assertThat(page.evaluate("() => document.querySelectorAll('img, main script').length"))
                .isEqualTo(0);
        assertThat(browser.drainConsoleMessages()).isEmpty();
    }

    /** Sends the same regions again through the page's own event source. */
    private static final String RESEND_LIVE_EVENTS = """
            async () => {
                const before = document.getElementById("connected");
                const source = window.lastSource;
                const send = (id) => source.dispatchEvent(new MessageEvent(
                    id, { data: document.getElementById(id).outerHTML.replaceAll(' open=""', "") }));
                send("traffic");
                send("connected");
                if (before === document.getElementById("connected")) throw new Error("not replaced");
                const copied = document.getElementById("entries");
                getSelection().selectAllChildren(copied.querySelector("tbody"));
                send("entries");
                if (copied !== document.getElementById("entries")) throw new Error("selection lost");
            }""";

    @Test
    void revokingRequiresTheTypedName() {
        var page = open("agent-active", Viewport.DESK, true);
        page.locator("#revoke summary").click();
        var button = page.locator("#revoke button");
        assertThat(button.isDisabled()).isTrue();
        page.locator("#confirm").fill("build-bo");
        assertThat(button.isDisabled()).isTrue();
        page.locator("#confirm").fill("build-bot");
        assertThat(button.isDisabled()).isFalse();
        assertThat(browser.drainConsoleMessages()).isEmpty();
    }

    @Test
    void theCopyButtonCopiesTheKey() {
        var page = open("agent-key", Viewport.PHONE, true);
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Copy the key"))
                .click();
        page.getByText("Copied").first().waitFor();
        assertThat(page.evaluate("() => navigator.clipboard.readText()")).isEqualTo("0123456789abcdef".repeat(4));
        assertThat(browser.drainConsoleMessages()).isEmpty();
    }

    /** Controls that need scripts are hidden without them; everything else works. */
    @Test
    void everythingIsUsableWithoutScripts() {
        var key = open("agent-key", Viewport.PHONE, false);
        assertThat(key.locator("button[data-copy]:visible").count()).isZero();
        assertThat(key.locator("#key").innerText()).isEqualTo("0123456789abcdef".repeat(4));
        var agent = open("agent-active", Viewport.PHONE, false);
        agent.locator("#revoke summary").click();
        assertThat(agent.locator("#revoke button").isEnabled()).isTrue();
        var home = open("home-green", Viewport.PHONE, false);
        assertThat(home.locator(".plot.calls rect").count()).isGreaterThan(50);
        assertThat(home.locator("#live:visible").count()).isZero();
    }

    private Page open(String name, Viewport view, boolean scripts) {
        var page = browser.newPage(view, scripts);
        page.addInitScript("""
                const Original = window.EventSource;
                window.EventSource = class extends Original {
                    constructor(url) { super(url); window.lastSource = this; }
                };""");
        page.navigate(server.url(story(name)));
        return page;
    }

    private static Story story(String name) {
        return Storybook.stories().stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> numbers(int count) {
        return java.util.stream.IntStream.range(0, count)
                .mapToObj(Integer::toString)
                .toList();
    }
}
