package com.kruxos.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** One document, line by line. */
record MarkdownPage(Path file, List<MarkdownLine> lines) {
    private static final Pattern ANCHOR = Pattern.compile("<a id=\"([^\"]+)\">");
    private static final Set<String> NOT_OURS = Set.of("target", "node_modules", ".git");

    /** A line, and whether it stands between two fences. */
    record MarkdownLine(int number, String text, boolean fenced) {
        boolean ofATable() {
            return !fenced && text.startsWith("|");
        }

        Stream<MatchResult> find(Pattern pattern) {
            return pattern.matcher(text).results();
        }
    }

    static MarkdownPage of(Path file, String text) {
        var lines = new ArrayList<MarkdownLine>();
        var number = 0;
        var fenced = false;
        for (var line : text.lines().toList()) {
            number++;
            if (line.startsWith("```")) {
                fenced = !fenced;
            } else {
                lines.add(new MarkdownLine(number, line, fenced));
            }
        }
        return new MarkdownPage(file, lines);
    }

    static MarkdownPage read(Path file) {
        try {
            return of(file, Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Every document of the project, in the order of their names. */
    static List<MarkdownPage> all(Path root) {
        try (Stream<Path> files =
                Files.find(root, 12, (file, _) -> file.toString().endsWith(".md"))) {
            return files.filter(file -> ours(root.relativize(file)))
                    .sorted()
                    .map(MarkdownPage::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a link may name behind its {@code #}: headings, as they are shown on the web, and anchors set by hand. */
    Set<String> anchors() {
        var anchors = new TreeSet<String>();
        for (var line : lines) {
            if (!line.fenced() && line.text().startsWith("#")) {
                anchors.add(line.text()
                        .replaceFirst("^#+ ", "")
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N}_ -]", "")
                        .replace(' ', '-'));
            }
            line.find(ANCHOR).forEach(found -> anchors.add(found.group(1)));
        }
        return anchors;
    }

    String at(MarkdownLine line) {
        return file.getFileName() + " line " + line.number() + ": ";
    }

    private static boolean ours(Path file) {
        for (var part : file) {
            if (NOT_OURS.contains(part.toString())) {
                return false;
            }
        }
        return true;
    }
}
