package com.kruxos.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.chromium.Checks;
import com.kruxos.chromium.Chromium;
import com.kruxos.chromium.Look;
import com.kruxos.chromium.View;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every page in a real browser, from a phone to a screen on the wall, by day and by night. */
class BrowserTest {
    private static final List<View> FOR_ODD_TEXTS = List.of(View.PHONE, View.TABLET_DARK, View.DESK_DARK, View.WALL);

    private static Chromium browser;
    private static StoryServer server;
    private static String axe;

    @BeforeAll
    static void open() throws IOException {
        axe = Checks.axe();
        browser = new Chromium();
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
        return story.voice() == Voice.FRIENDLY ? List.of(View.values()) : FOR_ODD_TEXTS;
    }

    @ParameterizedTest
    @MethodSource("stories")
    void itIsFineInEveryView(Story story) {
        for (var view : views(story)) {
            try (var page = browser.page(view, true)) {
                page.addInitScript(axe);
                page.navigate(server.url(story));
                assertThat(Look.at(page, story.name(), view)).as("%s", view).isEmpty();
                page.context().close();
            }
            assertThat(browser.complaints()).as("console, %s", view).isEmpty();
        }
    }
}
