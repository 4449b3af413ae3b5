package com.kruxos.cli.clients;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.io.JsonStringEncoder;

/** Formats our own values: Map, List, String, Boolean. */
final class JsonFormatter {
    private JsonFormatter() {}

    /** On one line. */
    static String compact(@Nullable Object value) {
        return switch (value) {
            case Map<?, ?> map ->
                map.entrySet().stream()
                        .map(entry -> name(entry.getKey()) + compact(entry.getValue()))
                        .collect(Collectors.joining(", ", "{", "}"));
            case List<?> list -> list.stream().map(JsonFormatter::compact).collect(Collectors.joining(", ", "[", "]"));
            case Boolean bool -> bool.toString();
            case null, default -> {
                var quoted = new StringBuilder("\"");
                JsonStringEncoder.getInstance().quoteAsString(String.valueOf(value), quoted);
                yield quoted.append('"').toString();
            }
        };
    }

    /** Objects, and arrays of objects, one member a line; the first line has no indent. */
    static String indented(@Nullable Object value, String indent, String unit, String newline) {
        var inner = indent + unit;
        return switch (value) {
            case Map<?, ?> map
            when !map.isEmpty() ->
                "{"
                        + lines(
                                map.entrySet().stream()
                                        .map(entry -> name(entry.getKey())
                                                + indented(entry.getValue(), inner, unit, newline)),
                                inner,
                                newline)
                        + indent + "}";
            case List<?> list
            when list.stream().anyMatch(Map.class::isInstance) ->
                "["
                        + lines(list.stream().map(element -> indented(element, inner, unit, newline)), inner, newline)
                        + indent + "]";
            case null, default -> compact(value);
        };
    }

    /** A member's name and the colon after it. */
    static String name(@Nullable Object name) {
        return compact(name) + ": ";
    }

    private static String lines(Stream<String> items, String indent, String newline) {
        return items.map(item -> newline + indent + item).collect(Collectors.joining(",")) + newline;
    }
}
