package com.kruxos.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every page in a real browser, on a phone and on a desk, by day and by night. */
class BrowserTest {
    private static final Path PICTURES = Path.of("target/screenshots");
    /** The worst of what axe finds, each with the first element it was found on. */
    private static final String FINDINGS = """
            async () => (await axe.run()).violations
                .filter(found => ["serious", "critical"].includes(found.impact))
                .map(found => found.id + ": " + found.nodes[0].html + " " + found.nodes[0].failureSummary)""";

    private static final String TOO_WIDE = """
            () => [...document.querySelectorAll("body *")]
                .filter(one => one.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5)
                .filter(one => document.documentElement.scrollWidth > document.documentElement.clientWidth)
                .map(one => one.outerHTML.slice(0, 120))""";

    private static Browser browser;
    private static StoryServer server;
    private static String axe;

    @BeforeAll
    static void open() throws IOException {
        axe = Checks.axe();
        browser = new Browser();
        server = new StoryServer();
    }

    @AfterAll
    static void close() {
        if (browser != null) {
            browser.close();
        }
        if (server != null) {
            server.close();
        }
    }

    static List<Story> stories() {
        return Storybook.stories().stream().filter(Story::whole).toList();
    }

    /** The colours are the same whoever speaks; only what is friendly is looked at in all views. */
    private static List<View> views(Story story) {
        return story.voice() == Voice.FRIENDLY ? List.of(View.values()) : List.of(View.PHONE, View.DESK_DARK);
    }

    @ParameterizedTest
    @MethodSource("stories")
    void itIsFineInEveryView(Story story) {
        for (var view : views(story)) {
            try (var page = browser.page(view, true)) {
                page.addInitScript(axe);
                page.navigate(server.url(story));
                assertThat((List<?>) page.evaluate(TOO_WIDE))
                        .as("too wide, %s", view)
                        .isEmpty();
                assertThat((List<?>) page.evaluate(FINDINGS))
                        .as("axe, %s", view)
                        .isEmpty();
                page.screenshot(new Page.ScreenshotOptions()
                        .setPath(PICTURES.resolve(story.name() + "-" + view.file() + ".png"))
                        .setFullPage(true));
                page.context().close();
            }
            assertThat(browser.complaints()).as("console, %s", view).isEmpty();
        }
    }
}
