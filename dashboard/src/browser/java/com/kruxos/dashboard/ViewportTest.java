package com.kruxos.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.chromium.BrowserTools;
import com.kruxos.chromium.ChromiumBrowser;
import com.kruxos.chromium.PageInspector;
import com.kruxos.chromium.Viewport;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every page in Chromium, from phone to wall display, in the light and the dark theme. */
class ViewportTest {
    private static final List<Viewport> VIEWPORTS_FOR_VARIANTS =
            List.of(Viewport.PHONE, Viewport.TABLET_DARK, Viewport.DESK_DARK, Viewport.WALL);

    private static ChromiumBrowser browser;
    private static StoryServer server;
    private static String axe;

    @BeforeAll
    static void open() throws IOException {
        axe = BrowserTools.axeScript();
        browser = new ChromiumBrowser();
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
        return Storybook.stories().stream().filter(Story::isPage).toList();
    }

    /** Colours do not depend on the texts, so only the friendly variant is checked in all viewports. */
    private static List<Viewport> viewports(Story story) {
        return story.variant() == TextVariant.FRIENDLY ? List.of(Viewport.values()) : VIEWPORTS_FOR_VARIANTS;
    }

    @ParameterizedTest
    @MethodSource("stories")
    void everyPageIsAccessibleInEveryViewport(Story story) {
        for (var viewport : viewports(story)) {
            try (var page = browser.newPage(viewport, true)) {
                page.addInitScript(axe);
                page.navigate(server.url(story));
                assertThat(PageInspector.findProblems(page, story.name(), viewport))
                        .as("%s", viewport)
                        .isEmpty();
                page.context().close();
            }
            assertThat(browser.drainConsoleMessages())
                    .as("console, %s", viewport)
                    .isEmpty();
        }
    }
}
