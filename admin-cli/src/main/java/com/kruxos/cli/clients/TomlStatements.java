package com.kruxos.cli.clients;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.tomlj.Toml;
import org.tomlj.TomlParseResult;

/**
 * Finds the statements of a TOML file and their lines. The parser tells no end positions, so a statement is the least
 * number of lines that parse alone.
 */
final class TomlStatements {
    enum StatementKind {
        TABLE,
        ARRAY_TABLE,
        KEY_VALUE
    }

    /**
     * A table header, or a key and its value.
     *
     * @param path all names from the root
     * @param table the path of the table that contains it; its own for a header
     * @param start of its first line, as a byte offset
     * @param end after its last line
     */
    record TomlStatement(StatementKind kind, List<String> path, List<String> table, int start, int end) {
        boolean isUnder(List<String> prefix) {
            return path.size() >= prefix.size()
                    && path.subList(0, prefix.size()).equals(prefix);
        }
    }

    private TomlStatements() {}

    /** @throws SettingsNotEditable when the text is not TOML */
    static List<TomlStatement> of(byte[] text) {
        var errors = Toml.parse(new String(text, StandardCharsets.UTF_8)).errors();
        if (!errors.isEmpty()) {
            throw SettingsNotEditable.atLine(
                    errors.getFirst().position().line(),
                    "this is not valid TOML",
                    "repair the file, or write the entry by hand; nothing was changed");
        }
        var found = new ArrayList<TomlStatement>();
        List<String> table = List.of();
        for (int start = 0, end; start < text.length; start = end) {
            end = lineEnd(text, start);
            var first = text(text, start, end).strip();
            if (first.isEmpty() || first.startsWith("#")) {
                continue;
            }
            while (Toml.parse(text(text, start, end)).hasErrors()) {
                end = lineEnd(text, end);
            }
            var statement = text(text, start, end);
            var path = new ArrayList<>(first.startsWith("[") ? List.of() : table);
            path.addAll(longestPath(
                    Toml.parse(first.startsWith("[") ? statement : statement.substring(0, keyEnd(statement)) + "= 0")));
            table = first.startsWith("[") ? List.copyOf(path) : table;
            found.add(new TomlStatement(kind(first), path, table, start, end));
        }
        return found;
    }

    /** The value of a statement as {@code {start, end}}, byte offsets from the start of the statement. */
    static int[] value(String statement) {
        var start = keyEnd(statement) + 1;
        while (" \t".indexOf(statement.charAt(start)) >= 0) {
            start++;
        }
        var end = statement.indexOf('#', start);
        while (end >= 0 && Toml.parse(statement.substring(0, end)).hasErrors()) {
            end = statement.indexOf('#', end + 1);
        }
        var value =
                statement.substring(start, end < 0 ? statement.length() : end).stripTrailing();
        var before = bytes(statement.substring(0, start));
        return new int[] {before, before + bytes(value)};
    }

    static String text(byte[] text, int start, int end) {
        return new String(text, start, end - start, StandardCharsets.UTF_8);
    }

    private static StatementKind kind(String line) {
        return line.startsWith("[[")
                ? StatementKind.ARRAY_TABLE
                : line.startsWith("[") ? StatementKind.TABLE : StatementKind.KEY_VALUE;
    }

    /** The offset of the equals sign: the first one before which a key is complete. */
    private static int keyEnd(String statement) {
        var equals = statement.indexOf('=');
        while (Toml.parse(statement.substring(0, equals) + "= 0").hasErrors()) {
            equals = statement.indexOf('=', equals + 1);
        }
        return equals;
    }

    private static List<String> longestPath(TomlParseResult parsed) {
        return parsed.keyPathSet(true).stream()
                .max(Comparator.comparingInt(List::size))
                .orElseThrow();
    }

    private static int lineEnd(byte[] text, int start) {
        var end = start;
        while (end < text.length && text[end] != '\n') {
            end++;
        }
        return Math.min(text.length, end + 1);
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
