package com.kruxos.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Documents rot where nobody looks: links, commands, the names of tests, and lines too long to read. */
class DocsTest {
    private static final int WIDEST = 160;
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern LINK = Pattern.compile("\\[[^\\]]*\\]\\(([^)\\s]+)\\)");
    private static final Pattern TEST = Pattern.compile("`(\\w+(?:Test|IT))(?:\\.(\\w+))?`");

    private final List<MarkdownPage> pages = MarkdownPage.all(ROOT);
    private final DocumentedCommands commands = new DocumentedCommands(resource("commands.txt"));

    @Test
    void theDocumentsAreFound() {
        assertThat(pages)
                .extracting(page -> ROOT.relativize(page.file()).toString())
                .contains("README.md", "SECURITY.md", "docs/architecture.md", "docs/wire/mcp.md");
    }

    @Test
    void everyLinkLeadsToAFileAndAnAnchorInIt() {
        assertThat(pages).flatMap(DocsTest::brokenLinks).isEmpty();
    }

    @Test
    void everyCommandIsOneWithOptionsItKnows() {
        assertThat(pages).flatMap(commands::faults).isEmpty();
    }

    @Test
    void noLineIsTooLongButInTables() {
        assertThat(pages).flatMap(DocsTest::longLines).isEmpty();
    }

    @Test
    void everyTestThatIsNamedIsThere() throws IOException {
        var tests = tests();
        assertThat(pages).flatMap(page -> missingTests(page, tests)).isEmpty();
    }

    /** The checks above must be able to fail. */
    @Test
    void whatIsWrongIsFound() {
        var page = MarkdownPage.of(ROOT.resolve("docs/invented.md"), """
                # A title, here
                [gone](nowhere.md) [up](../README.md) [web](https://example.org) [here](#a-title-here) [not](#there)
                [outside](../../elsewhere) `kruxos agent creat` `kruxos status` `NoSuchTest.method` `DocsTest.nothing` `NoSuchIT`
                ```
                ./kruxos agent create --name me --quiet     # --invented
                KEY=$(./kruxos agent create --nmae me)
                kruxos server add x --env A=secret:b/c -- program --its-own
                sudo kruxos frobnicate
                kruxos         the launcher, in a list
                ```
                """ + "x".repeat(WIDEST + 1));
        assertThat(brokenLinks(page))
                .containsExactly(
                        "invented.md line 2: nowhere.md",
                        "invented.md line 2: #there",
                        "invented.md line 3: ../../elsewhere");
        assertThat(commands.faults(page))
                .containsExactly(
                        "invented.md line 3: no command: kruxos agent creat",
                        "invented.md line 6: kruxos agent create has no option --nmae",
                        "invented.md line 8: no command: kruxos frobnicate");
        assertThat(longLines(page)).hasSize(1);
        assertThat(missingTests(page, List.of(ROOT.resolve("appliance/src/test/java/com/kruxos/docs/DocsTest.java"))))
                .containsExactly(
                        "invented.md line 3: NoSuchTest.method",
                        "invented.md line 3: DocsTest.nothing",
                        "invented.md line 3: NoSuchIT");
    }

    private static List<String> brokenLinks(MarkdownPage page) {
        var broken = new ArrayList<String>();
        for (var line : page.lines()) {
            if (!line.fenced()) {
                line.find(LINK)
                        .map(found -> found.group(1))
                        .filter(link -> !leads(page, link))
                        .forEach(link -> broken.add(page.at(line) + link));
            }
        }
        return broken;
    }

    private static boolean leads(MarkdownPage page, String link) {
        var target = URI.create(link);
        if (target.getScheme() != null) {
            return true;
        }
        var file = target.getPath().isEmpty()
                ? page.file()
                : page.file().resolveSibling(target.getPath()).normalize();
        if (file.equals(page.file())) {
            return anchored(page, target);
        }
        return file.startsWith(ROOT) && Files.isRegularFile(file) && anchored(MarkdownPage.read(file), target);
    }

    private static boolean anchored(MarkdownPage page, URI target) {
        return target.getFragment() == null || page.anchors().contains(target.getFragment());
    }

    private static List<String> longLines(MarkdownPage page) {
        return page.lines().stream()
                .filter(line -> line.text().length() > WIDEST && !line.ofATable())
                .map(line -> page.at(line) + line.text().length() + " characters")
                .toList();
    }

    private static List<String> missingTests(MarkdownPage page, List<Path> tests) {
        var missing = new ArrayList<String>();
        for (var line : page.lines()) {
            line.find(TEST).forEach(found -> {
                var method = found.group(2);
                if (!isThere(found.group(1), method, tests)) {
                    missing.add(page.at(line) + found.group(1) + (method == null ? "" : "." + method));
                }
            });
        }
        return missing;
    }

    private static boolean isThere(String test, @Nullable String method, List<Path> tests) {
        return tests.stream()
                .filter(file -> file.endsWith(test + ".java"))
                .anyMatch(file -> method == null || text(file).contains(" " + method + "("));
    }

    private static List<Path> tests() throws IOException {
        var found = new ArrayList<Path>();
        for (var module : List.of("appliance", "admin-cli", "dashboard", "firstboot", "image")) {
            var folder = ROOT.resolve(module).resolve("src");
            if (Files.isDirectory(folder)) {
                try (Stream<Path> files = Files.walk(folder)) {
                    files.filter(file -> file.toString().matches(".*(Test|IT)\\.java"))
                            .forEach(found::add);
                }
            }
        }
        return found;
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String resource(String name) {
        try (var stream = DocsTest.class.getResourceAsStream(name)) {
            assertThat(stream).as(name).isNotNull();
            return stream == null ? "" : new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
