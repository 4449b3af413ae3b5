package com.kruxos.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.chromium.Chromium;
import com.kruxos.chromium.Look;
import com.kruxos.chromium.View;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;

/** An operator in front of a tab of Chromium, who does what pages offer and looks closely at each. */
final class Person {
    private final Chromium chromium;
    private final Page tab;
    private final View view;
    private final String door;
    private final boolean scripts;

    private Person(Chromium chromium, Page tab, View view, String door, boolean scripts) {
        this.chromium = chromium;
        this.tab = tab;
        this.view = view;
        this.door = door;
        this.scripts = scripts;
    }

    static Person at(Chromium chromium, View view, int port, String axe) {
        var tab = chromium.page(view, true);
        tab.context().addInitScript(axe);
        return new Person(chromium, tab, view, "https://127.0.0.1:" + port, true);
    }

    static Person withoutScripts(Chromium chromium, View view, int port) {
        return new Person(chromium, chromium.page(view, false), view, "https://127.0.0.1:" + port, false);
    }

    /** The same browser, so the same session; another tab. */
    Person inAnotherTab() {
        return new Person(chromium, tab.context().newPage(), view, door, scripts);
    }

    void open(String path) {
        tab.navigate(door + path);
    }

    /** Nothing is wrong with what is on the screen; a picture of it is kept under this name. */
    void looks(String name) {
        if (scripts) {
            assertThat(Look.at(tab, name, view)).as("%s, %s", name, view).isEmpty();
        } else {
            Look.picture(tab, name + "-plain", view);
        }
        assertThat(chromium.complaints()).as("console at %s, %s", name, view).isEmpty();
        assertNothingForeign();
    }

    /** What came from outside as HTML is text. */
    private void assertNothingForeign() {
        assertThat(find("main img, main script, main b, main iframe").count()).isZero();
        assertThat(tab.content()).doesNotContain("\u202e");
    }

    Locator find(String selector) {
        return tab.locator(selector);
    }

    /** Waits until there is such a thing to be seen. */
    void sees(String selector) {
        tab.locator(selector).first().waitFor();
    }

    void fill(String label, String text) {
        tab.getByLabel(label, new Page.GetByLabelOptions().setExact(true)).fill(text);
    }

    void press(String button) {
        tab.getByRole(
                        AriaRole.BUTTON,
                        new Page.GetByRoleOptions().setName(button).setExact(true))
                .click();
    }

    void follow(String link) {
        tab.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName(link).setExact(true))
                .first()
                .click();
    }

    void choosesPassphrase() {
        fill("New passphrase", Browser.PASSPHRASE);
        fill("Repeat it", Browser.PASSPHRASE);
        press("Set passphrase");
        sees("h1:text-is('Home')");
    }

    void signsIn(String name, String passphrase) {
        fill("Name", name);
        fill("Passphrase", passphrase);
        press("Sign in");
    }

    String title() {
        return find("h1").innerText();
    }

    String text() {
        return find("body").innerText();
    }

    String path() {
        return tab.url().substring(door.length());
    }

    void goBack() {
        tab.goBack();
    }

    void reload() {
        tab.reload();
    }

    /** Leaves something in the page that a reload would take away. */
    void mark() {
        tab.evaluate("() => { window.stayed = true; }");
    }

    boolean isMarked() {
        return tab.evaluate("() => window.stayed === true").equals(true);
    }
}
