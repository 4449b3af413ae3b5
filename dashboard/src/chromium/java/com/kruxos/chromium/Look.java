package com.kruxos.chromium;

import com.microsoft.playwright.Page;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What is wrong with a page as it stands, and a picture of it. */
public final class Look {
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
                .map(one => "too wide: " + one.outerHTML.slice(0, 120))""";

    private Look() {}

    /** Asks axe, which must be in the page, and whether anything sticks out; keeps a picture. */
    public static List<String> at(Page page, String name, View view) {
        var wrong = Stream.of(TOO_WIDE, FINDINGS)
                .flatMap(question -> ((List<?>) page.evaluate(question)).stream())
                .map(String::valueOf)
                .toList();
        picture(page, name, view);
        return wrong;
    }

    public static void picture(Page page, String name, View view) {
        page.screenshot(new Page.ScreenshotOptions()
                .setPath(PICTURES.resolve(name + "-" + view.file() + ".png"))
                .setFullPage(true));
    }
}
