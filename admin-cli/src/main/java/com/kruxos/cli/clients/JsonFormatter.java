package com.kruxos.cli.clients;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.io.JsonStringEncoder;

/** Writes our own values: maps, lists of texts, texts, truth values. */
final class JsonFormatter {
    private JsonFormatter() {}

    /** On one line. */
    static String compact(Object value) {
        return switch (value) {
            case Map<?, ?> map -> "{" + String.join(", ", members(map)) + "}";
            case List<?> list ->
                "["
                        + String.join(
                                ", ", list.stream().map(JsonFormatter::compact).toList()) + "]";
            case Boolean truth -> truth.toString();
            default -> quoted(value.toString());
        };
    }

    /** Over several lines, the first of which begins where the caller is. */
    static String indented(Object value, String indent, String unit, String newline) {
        if (!(value instanceof Map<?, ?> map) || map.isEmpty()) {
            return value instanceof List<?> list && list.stream().anyMatch(Map.class::isInstance)
                    ? elements(list, indent, unit, newline)
                    : compact(value);
        }
        var inner = indent + unit;
        var lines = new ArrayList<String>();
        map.forEach((name, member) -> lines.add(inner + name(name) + indented(nonNull(member), inner, unit, newline)));
        return "{" + newline + String.join("," + newline, lines) + newline + indent + "}";
    }

    private static String quoted(String text) {
        var quoted = new StringBuilder("\"");
        JsonStringEncoder.getInstance().quoteAsString(text, quoted);
        return quoted.append('"').toString();
    }

    static String name(Object name) {
        return compact(name.toString()) + ": ";
    }

    private static String elements(List<?> list, String indent, String unit, String newline) {
        var inner = indent + unit;
        var lines = list.stream()
                .map(element -> inner + indented(nonNull(element), inner, unit, newline))
                .toList();
        return "[" + newline + String.join("," + newline, lines) + newline + indent + "]";
    }

    private static List<String> members(Map<?, ?> map) {
        return map.entrySet().stream()
                .map(entry -> name(nonNull(entry.getKey())) + compact(nonNull(entry.getValue())))
                .toList();
    }

    private static Object nonNull(@Nullable Object value) {
        return Objects.requireNonNull(value);
    }
}
