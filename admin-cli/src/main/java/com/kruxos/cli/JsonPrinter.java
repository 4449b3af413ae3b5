package com.kruxos.cli;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.io.JsonStringEncoder;

/** Formats JSON on one line, or indented by two spaces. */
final class JsonPrinter {
    private final StringBuilder text = new StringBuilder();
    private final boolean indented;

    private JsonPrinter(boolean indented) {
        this.indented = indented;
    }

    static String indented(JsonValue json) {
        return new JsonPrinter(true).value(json.value(), 0).text.toString();
    }

    static String compact(JsonValue json) {
        return new JsonPrinter(false).value(json.value(), 0).text.toString();
    }

    private JsonPrinter value(@Nullable Object value, int depth) {
        switch (value) {
            case Map<?, ?> map when !map.isEmpty() -> object(map, depth);
            case Map<?, ?> map -> text.append("{}");
            case List<?> list when !list.isEmpty() -> array(list, depth);
            case List<?> list -> text.append("[]");
            case String string -> string(string);
            case null -> text.append("null");
            default -> text.append(value);
        }
        return this;
    }

    private void object(Map<?, ?> map, int depth) {
        text.append('{');
        for (Iterator<? extends Map.Entry<?, ?>> entries = map.entrySet().iterator(); entries.hasNext(); ) {
            var entry = entries.next();
            line(depth + 1);
            string(String.valueOf(entry.getKey()));
            text.append(indented ? ": " : ":");
            value(entry.getValue(), depth + 1);
            text.append(entries.hasNext() ? "," : "");
        }
        line(depth);
        text.append('}');
    }

    private void array(List<?> list, int depth) {
        text.append('[');
        for (var items = list.iterator(); items.hasNext(); ) {
            line(depth + 1);
            value(items.next(), depth + 1);
            text.append(items.hasNext() ? "," : "");
        }
        line(depth);
        text.append(']');
    }

    private void string(String string) {
        text.append('"');
        JsonStringEncoder.getInstance().quoteAsString(string, text);
        text.append('"');
    }

    private void line(int depth) {
        if (indented) {
            text.append('\n').repeat("  ", depth);
        }
    }
}
