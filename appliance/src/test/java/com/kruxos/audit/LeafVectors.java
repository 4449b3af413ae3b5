package com.kruxos.audit;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The blocks of {@code vectors.txt}: lists of names and texts; the first name is the kind of the block. */
final class LeafVectors {
    /** Its path in the sources; the Python verifier reads it there. */
    static final Path FILE = Path.of("src/test/resources/com/kruxos/audit/vectors.txt");

    record LeafVector(List<Map.Entry<String, String>> lines) {
        String kind() {
            return lines.getFirst().getKey();
        }

        String title() {
            return lines.getFirst().getValue();
        }

        String get(String name) {
            return all(name).getFirst();
        }

        List<String> all(String name) {
            return lines.stream()
                    .filter(line -> line.getKey().equals(name))
                    .map(Map.Entry::getValue)
                    .toList();
        }

        @Override
        public String toString() {
            return kind() + ": " + title();
        }
    }

    private LeafVectors() {}

    static List<LeafVector> of(String what) {
        var blocks = new ArrayList<LeafVector>();
        var lines = new ArrayList<Map.Entry<String, String>>();
        // Not String.lines(), which also ends a line at the carriage returns that a text may contain.
        for (var line : List.of((text() + "\n").split("\n", -1))) {
            if (line.isEmpty() && !lines.isEmpty()) {
                blocks.add(new LeafVector(List.copyOf(lines)));
                lines.clear();
            } else if (!line.isEmpty() && !line.startsWith("#")) {
                var colon = line.indexOf(": ");
                lines.add(Map.entry(line.substring(0, colon), line.substring(colon + 2)));
            }
        }
        return blocks.stream().filter(block -> block.kind().equals(what)).toList();
    }

    private static String text() {
        try (var resource = requireNonNull(LeafVectors.class.getResourceAsStream("vectors.txt"))) {
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
