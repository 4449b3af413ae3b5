package com.kruxos.tokenapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.admin.AdminFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compares {@code docs/wire/api.md} with the route table. */
class ApiDocTest {
    private static final Pattern ROW = Pattern.compile(
            "^\\| `(GET|POST|PUT|PATCH|DELETE) (/[^` ]*)`(?: `\\?([^`]*)`)? \\| ([a-z:]+) \\|(?: (`\\{[^`]*}`|the value)? ?\\|)?");

    private static final Pattern PROBLEM_KIND = Pattern.compile("new Problem\\(\\s*\\w+,\\s*\"([a-z-]+)\"");

    @TempDir
    Path home;

    /** Fails if a route, a scope, a query parameter or a body member is missing on one side. */
    @Test
    void theDocumentListsTheRoutesOfTheCode() throws IOException {
        try (var box = new AdminFixture(home)) {
            var table = ApiRoutes.table(box.admin).stream()
                    .map(ApiDocTest::describe)
                    .collect(Collectors.toCollection(TreeSet::new));
            var said = readDocument().stream()
                    .map(ROW::matcher)
                    .filter(Matcher::find)
                    .map(ApiDocTest::describe)
                    .collect(Collectors.toCollection(TreeSet::new));

            assertThat(said).isEqualTo(table);
        }
    }

    /**
     * Fails if the document has no anchor for a kind of problem. It reads the kinds from the source code, so that a new
     * one is included.
     */
    @Test
    void everyProblemKindHasAnAnchorInTheDocument() throws IOException {
        var text = String.join("\n", readDocument());
        var kinds = new TreeSet<String>();
        for (var source : readSources()) {
            var made = PROBLEM_KIND.matcher(source).results().toList();
            assertThat(made)
                    .as("problems that are created with a literal kind")
                    .hasSize(source.split("new Problem\\(", -1).length - 1);
            made.forEach(problem -> kinds.add(problem.group(1)));
        }
        assertThat(kinds)
                .as("kinds of web, gateway and tokenapi")
                .contains("not-found", "session-gone", "replayed")
                .allSatisfy(kind -> assertThat(text).contains("<a id=\"" + kind + "\"></a>`" + kind + "`"));
    }

    private static String describe(ApiRoute route) {
        return describe(
                route.method(),
                route.relativePath(),
                route.input().queryParameters(),
                route.access().text(),
                route.input().bodyMembers());
    }

    private static String describe(Matcher row) {
        var query = row.group(3) == null ? "" : row.group(3).replaceAll("[=&]", " ");
        var members = row.group(5) == null || !row.group(5).startsWith("`{") ? "" : row.group(5);
        return describe(
                row.group(1),
                // The names of path variables may differ.
                row.group(2).replace("{id}", "{token}"),
                wordsOf(query),
                row.group(4).toLowerCase(Locale.ROOT),
                wordsOf(members.replaceAll("[`{}?,]", " ")));
    }

    private static String describe(String method, String path, Set<String> query, String scope, Set<String> members) {
        return "%s %s %s %s %s".formatted(path, method, new TreeSet<>(query), scope, new TreeSet<>(members));
    }

    private static Set<String> wordsOf(String text) {
        return Pattern.compile("\\s+")
                .splitAsStream(text.strip())
                .filter(word -> !word.isEmpty())
                .collect(Collectors.toSet());
    }

    /** Without the pages of the dashboard, which show errors as HTML without a kind. */
    private static List<String> readSources() throws IOException {
        try (var files = Files.walk(Path.of("src", "main", "java"))) {
            var sources = new ArrayList<String>();
            for (var file : files.filter(path -> path.toString().endsWith(".java")
                            && !path.toString().contains("/operator/"))
                    .toList()) {
                sources.add(Files.readString(file));
            }
            return sources;
        }
    }

    private static List<String> readDocument() throws IOException {
        return Files.readAllLines(Path.of("..", "docs", "wire", "api.md"));
    }
}
