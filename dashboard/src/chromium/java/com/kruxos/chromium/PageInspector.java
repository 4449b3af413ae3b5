package com.kruxos.chromium;

import com.microsoft.playwright.Page;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Finds accessibility and layout problems of a rendered page, and takes screenshots. */
public final class PageInspector {
    private static final Path SCREENSHOTS = Path.of("target/screenshots");

    /** Serious and critical axe violations, each with its first element. */
    private static final String AXE_VIOLATIONS = """
            async () => (await axe.run()).violations
                .filter(found => ["serious", "critical"].includes(found.impact))
                .map(found => found.id + ": " + found.nodes[0].html + " " + found.nodes[0].failureSummary)""";

    /** Whether the page scrolls sideways, and the elements that may be the cause. */
    private static final String OVERFLOWING = """
            () => {
                const room = document.documentElement.clientWidth;
                const width = document.documentElement.scrollWidth;
                return width <= room ? [] : ["too wide: " + width, ...[...document.querySelectorAll("body *")]
                    .filter(one => one.getBoundingClientRect().right > room + 0.5)
                    .map(one => "too wide: " + one.outerHTML.slice(0, 120))];
            }""";

    /** Short words and ends of keys that are broken across lines. */
    private static final String BROKEN_WORDS = """
            () => [...document.querySelectorAll("td *, th *, dd *, .state, time")]
                .filter(one => getComputedStyle(one).display === "inline" && one.getClientRects().length > 1)
                .filter(one => one.innerText.trim().length <= 16)
                .filter(one => one.matches("code") || !/[\\s-]/.test(one.innerText.trim()))
                .map(one => "broken across lines: " + one.outerHTML)""";

    private PageInspector() {}

    /** All problems of the page, into which axe must have been loaded. Also takes a screenshot. */
    public static List<String> findProblems(Page page, String name, Viewport view) {
        var wrong = Stream.of(OVERFLOWING, BROKEN_WORDS, AXE_VIOLATIONS)
                .flatMap(question -> ((List<?>) page.evaluate(question)).stream())
                .map(String::valueOf)
                .toList();
        takeScreenshot(page, name, view);
        return wrong;
    }

    public static void takeScreenshot(Page page, String name, Viewport view) {
        page.screenshot(new Page.ScreenshotOptions()
                .setPath(SCREENSHOTS.resolve(name + "-" + view.fileSuffix() + ".png"))
                .setFullPage(true));
    }
}
