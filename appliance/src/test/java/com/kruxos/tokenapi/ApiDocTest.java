package com.kruxos.tokenapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.admin.AdminBox;
import com.kruxos.web.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code docs/wire/api.md} says, held against the table that answers. */
class ApiDocTest {
    private static final Pattern ROW = Pattern.compile(
            "^\\| `(GET|POST|PUT|PATCH|DELETE) (/[^` ]*)`(?: `\\?([^`]*)`)? \\| ([a-z:]+) \\|(?: (`\\{[^`]*}`|the value)? ?\\|)?");

    @TempDir
    Path home;

    /** Red when a route, its scope, a query parameter or a member of a body is on one side only. */
    @Test
    void theDocumentSaysTheTable() throws IOException {
        try (var box = new AdminBox(home)) {
            var table = Routes.table(box.admin).stream()
                    .map(ApiDocTest::line)
                    .collect(Collectors.toCollection(TreeSet::new));
            var said = doc().stream()
                    .map(ROW::matcher)
                    .filter(Matcher::find)
                    .map(ApiDocTest::line)
                    .collect(Collectors.toCollection(TreeSet::new));

            assertThat(said).isEqualTo(table);
        }
    }

    /** Red when a problem refers to a place the document does not have. */
    @Test
    void everyReferenceOfAProblemLeadsSomewhere() throws IOException {
        var text = String.join("\n", doc());
        for (var problem : List.of(
                Problem.invalid("", ""),
                Problem.unauthenticated(),
                Problem.forbidden("", ""),
                Problem.notFound("", ""),
                Problem.conflict("", ""),
                Problem.tooLarge(1),
                Problem.wrongMediaType(""),
                Problem.unavailable("", ""),
                Problem.broken(),
                Problem.ofStatus(400),
                Problem.ofStatus(431))) {
            assertThat(text).contains("<a id=\"" + problem.kind() + "\"></a>`" + problem.kind() + "`");
        }
    }

    private static String line(Route route) {
        return line(
                route.method(), route.path().replace(Route.BASE, ""), route.query(), route.needs(), route.members());
    }

    private static String line(Matcher row) {
        var query = row.group(3) == null ? "" : row.group(3).replaceAll("[=&]", " ");
        var members = row.group(5) == null || !row.group(5).startsWith("`{") ? "" : row.group(5);
        return line(
                row.group(1),
                // Only the names of placeholders may differ.
                row.group(2).replace("{id}", "{token}"),
                words(query),
                row.group(4).toLowerCase(Locale.ROOT),
                words(members.replaceAll("[`{}?,]", " ")));
    }

    private static String line(String method, String path, Set<String> query, String scope, Set<String> members) {
        return "%s %s %s %s %s".formatted(path, method, new TreeSet<>(query), scope, new TreeSet<>(members));
    }

    private static Set<String> words(String text) {
        return Pattern.compile("\\s+")
                .splitAsStream(text.strip())
                .filter(word -> !word.isEmpty())
                .collect(Collectors.toSet());
    }

    private static List<String> doc() throws IOException {
        return Files.readAllLines(Path.of("..", "docs", "wire", "api.md"));
    }
}
