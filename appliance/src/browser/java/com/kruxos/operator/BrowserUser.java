package com.kruxos.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.chromium.ChromiumBrowser;
import com.kruxos.chromium.PageInspector;
import com.kruxos.chromium.Viewport;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;

/** Operates the dashboard in a Chromium tab and checks each page. */
final class BrowserUser {
    private final ChromiumBrowser chromium;
    private final Page tab;
    private final Viewport view;
    private final String baseUrl;
    private final boolean scripts;

    private BrowserUser(ChromiumBrowser chromium, Page tab, Viewport view, String door, boolean scripts) {
        this.chromium = chromium;
        this.tab = tab;
        this.view = view;
        this.baseUrl = door;
        this.scripts = scripts;
    }

    static BrowserUser withScripts(ChromiumBrowser chromium, Viewport view, int port, String axe) {
        var tab = chromium.newPage(view, true);
        tab.context().addInitScript(axe);
        return new BrowserUser(chromium, tab, view, "https://127.0.0.1:" + port, true);
    }

    static BrowserUser withoutScripts(ChromiumBrowser chromium, Viewport view, int port) {
        return new BrowserUser(chromium, chromium.newPage(view, false), view, "https://127.0.0.1:" + port, false);
    }

    /** A new tab with the same session. */
    BrowserUser newTab() {
        return new BrowserUser(chromium, tab.context().newPage(), view, baseUrl, scripts);
    }

    void navigate(String path) {
        tab.navigate(baseUrl + path);
    }

    /** Checks accessibility, layout and console, and takes a screenshot. */
    void checkPage(String name) {
        if (scripts) {
            assertThat(PageInspector.findProblems(tab, name, view))
                    .as("%s, %s", name, view)
                    .isEmpty();
        } else {
            PageInspector.takeScreenshot(tab, name + "-plain", view);
        }
        assertThat(chromium.drainConsoleMessages())
                .as("console at %s, %s", name, view)
                .isEmpty();
        assertInertText();
    }

    /** Untrusted HTML is shown as text. */
    private void assertInertText() {
        assertThat(find("main img, main script, main b, main iframe").count()).isZero();
        assertThat(tab.content()).doesNotContain("\u202e");
    }

    Locator find(String selector) {
        return tab.locator(selector);
    }

    /** Waits until the element is visible. */
    void waitFor(String selector) {
        tab.locator(selector).first().waitFor();
    }

    void fill(String label, String text) {
        tab.getByLabel(label, new Page.GetByLabelOptions().setExact(true)).fill(text);
    }

    void clickButton(String button) {
        tab.getByRole(
                        AriaRole.BUTTON,
                        new Page.GetByRoleOptions().setName(button).setExact(true))
                .click();
    }

    void clickLink(String link) {
        tab.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName(link).setExact(true))
                .first()
                .click();
    }

    void choosePassphrase() {
        fill("New passphrase", DashboardClient.PASSPHRASE);
        fill("Repeat passphrase", DashboardClient.PASSPHRASE);
        clickButton("Set passphrase");
        waitFor("h1:text-is('Home')");
    }

    void signIn(String name, String passphrase) {
        fill("Name", name);
        fill("Passphrase", passphrase);
        clickButton("Sign in");
    }

    String title() {
        return find("h1").innerText();
    }

    String text() {
        return find("body").innerText();
    }

    String path() {
        return tab.url().substring(baseUrl.length());
    }

    void goBack() {
        tab.goBack();
    }

    void reload() {
        tab.reload();
    }

    /** Sets a flag that a reload would clear. */
    void markPage() {
        tab.evaluate("() => { window.stayed = true; }");
    }

    boolean isMarked() {
        return tab.evaluate("() => window.stayed === true").equals(true);
    }
}
