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

/** Tables in documents agree with the code and the build. */
class TablesTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern LAYER = Pattern.compile("(?m)^ +(\\d+) ([a-z.() ]+)$");
    private static final Pattern LAYER_ROW = Pattern.compile("(?m)^\\| (\\d+) \\| `?([a-z.()]+)`? \\|");
    private static final Pattern ARTIFACT = Pattern.compile("<artifactId>([^<]+)</artifactId>");
    private static final Pattern PINNED = Pattern.compile("(?m)^\\| [^|]+ \\| (\\d[\\d.]*) \\|");

    @Test
    void theLayersInTheDocumentAreThoseOfFloorsTest() throws IOException {
        var tested = new TreeSet<String>();
        find(LAYER, "image/src/test/java/com/kruxos/FloorsTest.java").forEach(layer -> {
            for (var name : List.of(layer.group(2).split(" "))) {
                tested.add(layer.group(1) + " " + name);
            }
        });
        var documented = new TreeSet<String>();
        find(LAYER_ROW, "docs/architecture.md").forEach(row -> documented.add(row.group(1) + " " + row.group(2)));
        assertThat(documented).isEqualTo(tested).hasSizeGreaterThan(10);
    }

    @Test
    void everyDependencyHasAReason() throws IOException {
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
    void theVersionsInTheDocumentAreThoseOfTheBuild() throws IOException {
        var pom = text("pom.xml");
        var documented = new TreeSet<String>();
        find(PINNED, "docs/decisions.md").forEach(row -> documented.add(row.group(1)));
        assertThat(documented)
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
