package com.kruxos.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Tables in documents that repeat what the code or the build says. */
class TablesTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern FLOOR = Pattern.compile("(?m)^ +(\\d) ([a-z() ]+)$");
    private static final Pattern FLOOR_ROW = Pattern.compile("(?m)^\\| (\\d) \\| `?([a-z()]+)`? \\|");
    private static final Pattern ARTIFACT = Pattern.compile("<artifactId>([^<]+)</artifactId>");
    private static final Pattern PINNED = Pattern.compile("(?m)^\\| [^|]+ \\| (\\d[\\d.]*) \\|");

    @Test
    void theFloorsAreThoseOfTheFloorsTest() throws IOException {
        var tested = new TreeSet<String>();
        find(FLOOR, "appliance/src/test/java/com/kruxos/FloorsTest.java").forEach(floor -> {
            for (var room : List.of(floor.group(2).split(" "))) {
                tested.add(floor.group(1) + " " + room);
            }
        });
        // A module of its own; the page speaks of it elsewhere.
        tested.remove("0 dashboard");
        var told = new TreeSet<String>();
        find(FLOOR_ROW, "docs/architecture.md").forEach(row -> told.add(row.group(1) + " " + row.group(2)));
        assertThat(told).isEqualTo(tested).hasSizeGreaterThan(10);
    }

    @Test
    void everyDependencyHasItsReason() throws IOException {
        var reasons = text("docs/decisions.md");
        var without = new TreeSet<String>();
        for (var module : List.of(
                "pom.xml",
                "dashboard/pom.xml",
                "appliance/pom.xml",
                "admin-cli/pom.xml",
                "firstboot/pom.xml",
                "image/pom.xml")) {
            find(ARTIFACT, module)
                    .map(found -> found.group(1))
                    .filter(name -> !name.startsWith("kruxos") && !name.endsWith("-bom") && !reasons.contains(name))
                    .forEach(without::add);
        }
        assertThat(without).isEmpty();
    }

    @Test
    void theVersionsAreThoseOfTheBuild() throws IOException {
        var pom = text("pom.xml");
        var told = new TreeSet<String>();
        find(PINNED, "docs/decisions.md").forEach(row -> told.add(row.group(1)));
        assertThat(told)
                .hasSizeGreaterThan(10)
                .allSatisfy(version -> assertThat(pom).contains(">" + version + "<"));
    }

    private static Stream<MatchResult> find(Pattern pattern, String file) throws IOException {
        return pattern.matcher(text(file)).results();
    }

    private static String text(String file) throws IOException {
        return Files.readString(ROOT.resolve(file));
    }
}
