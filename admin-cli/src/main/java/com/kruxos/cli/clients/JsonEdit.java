package com.kruxos.cli.clients;

import com.kruxos.cli.spans.JsonSpans;
import com.kruxos.cli.spans.Member;
import com.kruxos.cli.spans.NotJson;
import com.kruxos.cli.spans.Span;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Changes single members of a JSON file, comments and trailing commas allowed, in the file's own style. One thread;
 * each change reads the text anew, so that offsets are always true.
 */
final class JsonEdit {
    private static final String MEND = "mend the file, or write the entry by hand; nothing was changed";
    private static final String UNIT = "  ";

    private byte[] text;

    /** @throws CannotEdit when the text is neither blank nor one JSON object */
    JsonEdit(byte[] text) {
        this.text = text;
        if (!new Text(text).isBlankFile()) {
            root();
        }
    }

    byte[] bytes() {
        return text;
    }

    /** A member's value as it is written. */
    Optional<Span> find(List<String> path) {
        if (new Text(text).isBlankFile()) {
            return Optional.empty();
        }
        var at = root();
        for (var name : path) {
            var member = member(at, name);
            if (member == null) {
                return Optional.empty();
            }
            at = member.value();
        }
        return Optional.of(at);
    }

    /** The names in the object at {@code path}. */
    List<String> names(List<String> path) {
        return find(path)
                .map(span ->
                        spans().members(span.start()).stream().map(Member::name).toList())
                .orElse(List.of());
    }

    String raw(Span span) {
        return spans().raw(span);
    }

    /** Makes the member say {@code value}, with the objects around it; a member that says so already stays as it is. */
    void put(List<String> path, Object value) {
        if (new Text(text).isBlankFile()) {
            var whole = new Text(text);
            whole.insert(
                    whole.hasMark() ? 3 : 0,
                    JsonWriter.indented(nested(path, value), "", UNIT, whole.newline()) + "\n");
            text = whole.spliced();
            return;
        }
        var at = root();
        for (var i = 0; i < path.size(); i++) {
            var member = member(object(at), path.get(i));
            if (member == null) {
                var rest = nested(path.subList(i + 1, path.size()), value);
                insert(at, items(at), path.get(i), rest);
                return;
            }
            at = member.value();
            if (i == path.size() - 1) {
                replace(member.key().start(), at, value);
            }
        }
    }

    /** Takes the member out, with its comma; false when it is not there. */
    boolean remove(List<String> path) {
        var parent = find(path.subList(0, path.size() - 1));
        var name = path.getLast();
        if (parent.isEmpty() || member(parent.get(), name) == null) {
            return false;
        }
        var members = spans().members(parent.get().start());
        var index = members.stream().map(Member::name).toList().indexOf(name);
        cut(items(parent.get()), index, parent.get());
        return true;
    }

    /** The same for the element of an array whose member {@code id} is that of {@code value}. */
    void putElement(List<String> path, String id, Map<String, Object> value) {
        var array = find(path);
        if (array.isEmpty()) {
            put(path, List.of(value));
            return;
        }
        if (spans().byteAt(array.get().start()) != '[') {
            throw refusal(array.get().start(), "\"" + path.getLast() + "\" is no list");
        }
        var elements = spans().elements(array.get().start());
        var index = index(elements, id, value.get(id));
        if (index < 0) {
            insert(array.get(), elements, null, value);
        } else {
            replace(elements.get(index).start(), elements.get(index), value);
        }
    }

    /** The element of the list at {@code path} whose member {@code id} says {@code wanted}. */
    Optional<Span> element(List<String> path, String id, String wanted) {
        var elements = find(path).map(array -> spans().elements(array.start())).orElse(List.of());
        var index = index(elements, id, wanted);
        return index < 0 ? Optional.empty() : Optional.of(elements.get(index));
    }

    void removeElement(List<String> path, String id, String wanted) {
        var array = find(path);
        if (array.isEmpty()) {
            return;
        }
        var elements = spans().elements(array.get().start());
        var index = index(elements, id, wanted);
        if (index >= 0) {
            cut(elements, index, array.get());
        }
    }

    /** What is written there as plain Java; a number as BigDecimal, null as an empty Optional. */
    Object read(Span span) {
        var spans = spans();
        return switch (spans.byteAt(span.start())) {
            case '{' -> {
                var map = new LinkedHashMap<String, Object>();
                spans.members(span.start()).forEach(member -> map.put(member.name(), read(member.value())));
                yield map;
            }
            case '[' -> spans.elements(span.start()).stream().map(this::read).toList();
            case '"' -> spans.string(span);
            case 't' -> true;
            case 'f' -> false;
            case 'n' -> Optional.empty();
            default -> new BigDecimal(spans.raw(span));
        };
    }

    private int index(List<Span> elements, String id, @Nullable Object wanted) {
        for (var i = 0; i < elements.size(); i++) {
            if (read(elements.get(i)) instanceof Map<?, ?> map && wanted != null && wanted.equals(map.get(id))) {
                return i;
            }
        }
        return -1;
    }

    private void replace(int start, Span old, Object value) {
        if (value.equals(read(old))) {
            return;
        }
        var now = new Text(text);
        now.replace(
                old,
                now.isFirstOnLine(start)
                        ? JsonWriter.indented(value, now.indent(start), unit(now), now.newline())
                        : JsonWriter.compact(value));
        text = now.spliced();
    }

    /** @param name absent in an array */
    private void insert(Span container, List<Span> items, @Nullable String name, Object value) {
        var now = new Text(text);
        var tail = Tail.of(spans(), container, items);
        var own = name == null ? "" : JsonWriter.name(name);
        if (!items.isEmpty() && tail.comma() < 0) {
            now.insert(items.getLast().end(), ",");
        }
        var after = tail.comma() < 0 ? "" : ",";
        if (byLines(now, container, items) || tail.lineComment()) {
            var indent = items.isEmpty() || !now.isFirstOnLine(items.getLast().start())
                    ? now.indent(container.start()) + unit(now)
                    : now.indent(items.getLast().start());
            var body = JsonWriter.indented(value, indent, unit(now), now.newline());
            var closing = now.hasNewline(new Span(tail.end(), container.end())) || !items.isEmpty()
                    ? ""
                    : now.newline() + now.indent(container.start());
            now.insert(tail.end(), now.newline() + indent + own + body + after + closing);
        } else {
            now.insert(tail.end(), (items.isEmpty() ? "" : " ") + own + JsonWriter.compact(value) + after);
        }
        text = now.spliced();
    }

    private boolean byLines(Text now, Span container, List<Span> items) {
        if (!items.isEmpty()) {
            return now.isFirstOnLine(items.getLast().start());
        }
        return now.hasNewline(root()) || container.equals(root());
    }

    private void cut(List<Span> items, int index, Span container) {
        var now = new Text(text);
        var item = items.get(index);
        var own = comma(item.end(), container);
        var token = now.tokenEndBefore(item.start());
        // A line end before it may be what ends a comment: it goes only where another one follows.
        var whole = now.isLastOnLine(own < 0 ? item.end() : own + 1) || !now.hasNewline(new Span(token, item.start()));
        now.cut(new Span(whole ? token : item.start(), item.end()));
        if (own >= 0) {
            now.cut(new Span(own, own + 1));
        } else if (index > 0) {
            var before = comma(items.get(index - 1).end(), container);
            now.cut(new Span(before, before + 1));
        }
        text = now.spliced();
    }

    /** The comma behind an item; −1 when the container ends there. */
    private int comma(int at, Span container) {
        var next = spans().space(at);
        return next < container.end() && text[next] == ',' ? next : -1;
    }

    /** One step of indentation: that of the root's members, else two blanks. */
    private String unit(Text now) {
        var members = spans().members(root().start());
        if (!members.isEmpty() && now.isFirstOnLine(members.getFirst().key().start())) {
            var indent = now.indent(members.getFirst().key().start());
            return indent.isEmpty() ? UNIT : indent;
        }
        return UNIT;
    }

    private List<Span> items(Span object) {
        return spans().members(object.start()).stream().map(Member::whole).toList();
    }

    private @Nullable Member member(Span object, String name) {
        var found = spans().members(object.start()).stream()
                .filter(member -> member.name().equals(name))
                .toList();
        if (found.size() > 1) {
            throw refusal(found.get(1).key().start(), "\"" + name + "\" is there twice");
        }
        return found.isEmpty() ? null : found.getFirst();
    }

    private Span object(Span value) {
        if (spans().byteAt(value.start()) != '{') {
            throw refusal(value.start(), "there is no object where the entry belongs");
        }
        return value;
    }

    private Span root() {
        try {
            return object(spans().root());
        } catch (NotJson e) {
            throw refusal(e.at(), "this is not JSON: " + e.getMessage());
        }
    }

    private CannotEdit refusal(int at, String why) {
        return CannotEdit.at(text, at, why, MEND);
    }

    private JsonSpans spans() {
        return JsonSpans.lenient(text);
    }

    private static Object nested(List<String> path, Object value) {
        var nested = value;
        for (var name : new ArrayList<>(path).reversed()) {
            nested = Map.of(name, nested);
        }
        return nested;
    }

    /**
     * What follows the last item of a container.
     *
     * @param comma the comma behind it, or −1
     * @param end of the last thing before the closing bracket: item, comma, comment or the opening bracket
     * @param lineComment whether that thing is a comment that needs its line's end
     */
    private record Tail(int comma, int end, boolean lineComment) {
        static Tail of(JsonSpans spans, Span container, List<Span> items) {
            var closing = container.end() - 1;
            var end = items.isEmpty() ? container.start() + 1 : items.getLast().end();
            var comma = -1;
            var line = false;
            for (var at = blanks(spans, end); at < closing; at = blanks(spans, end)) {
                var comment = spans.byteAt(at) == '/';
                line = comment && spans.byteAt(at + 1) == '/';
                comma = comment ? comma : at;
                end = comment ? spans.comment(at) : at + 1;
            }
            return new Tail(comma, end, line);
        }

        private static int blanks(JsonSpans spans, int at) {
            var next = at;
            while (" \t\r\n".indexOf(spans.byteAt(next)) >= 0) {
                next++;
            }
            return next;
        }
    }
}
