package com.kruxos.cli.clients;

import com.kruxos.cli.json.ByteSpan;
import com.kruxos.cli.json.InvalidJson;
import com.kruxos.cli.json.JsonMember;
import com.kruxos.cli.json.JsonScanner;
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
final class JsonEditor {
    private static final String REPAIR_HINT = "mend the file, or write the entry by hand; nothing was changed";
    private static final String DEFAULT_INDENT = "  ";

    private byte[] text;

    /** @throws SettingsNotEditable when the text is neither blank nor one JSON object */
    JsonEditor(byte[] text) {
        this.text = text;
        if (!new EditableText(text).isBlankFile()) {
            root();
        }
    }

    byte[] bytes() {
        return text;
    }

    /** A member's value as it is written. */
    Optional<ByteSpan> find(List<String> path) {
        if (new EditableText(text).isBlankFile()) {
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
                .map(span -> scanner().members(span.start()).stream()
                        .map(JsonMember::name)
                        .toList())
                .orElse(List.of());
    }

    String raw(ByteSpan span) {
        return scanner().raw(span);
    }

    /** Makes the member say {@code value}, with the objects around it; a member that says so already stays as it is. */
    void put(List<String> path, Object value) {
        if (new EditableText(text).isBlankFile()) {
            var whole = new EditableText(text);
            whole.insert(
                    whole.hasByteOrderMark() ? 3 : 0,
                    JsonFormatter.indented(nested(path, value), "", DEFAULT_INDENT, whole.newline()) + "\n");
            text = whole.applySplices();
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
        var members = scanner().members(parent.get().start());
        var index = members.stream().map(JsonMember::name).toList().indexOf(name);
        removeItem(items(parent.get()), index, parent.get());
        return true;
    }

    /** The same for the element of an array whose member {@code id} is that of {@code value}. */
    void putArrayElement(List<String> path, String id, Map<String, Object> value) {
        var array = find(path);
        if (array.isEmpty()) {
            put(path, List.of(value));
            return;
        }
        if (scanner().byteAt(array.get().start()) != '[') {
            throw refusal(array.get().start(), "\"" + path.getLast() + "\" is no list");
        }
        var elements = scanner().elements(array.get().start());
        var index = index(elements, id, value.get(id));
        if (index < 0) {
            insert(array.get(), elements, null, value);
        } else {
            replace(elements.get(index).start(), elements.get(index), value);
        }
    }

    /** The element of the list at {@code path} whose member {@code id} says {@code wanted}. */
    Optional<ByteSpan> findArrayElement(List<String> path, String id, String wanted) {
        var elements =
                find(path).map(array -> scanner().elements(array.start())).orElse(List.of());
        var index = index(elements, id, wanted);
        return index < 0 ? Optional.empty() : Optional.of(elements.get(index));
    }

    void removeArrayElement(List<String> path, String id, String wanted) {
        var array = find(path);
        if (array.isEmpty()) {
            return;
        }
        var elements = scanner().elements(array.get().start());
        var index = index(elements, id, wanted);
        if (index >= 0) {
            removeItem(elements, index, array.get());
        }
    }

    /** What is written there as plain Java; a number as BigDecimal, null as an empty Optional. */
    Object read(ByteSpan span) {
        var spans = scanner();
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

    private int index(List<ByteSpan> elements, String id, @Nullable Object wanted) {
        for (var i = 0; i < elements.size(); i++) {
            if (read(elements.get(i)) instanceof Map<?, ?> map && wanted != null && wanted.equals(map.get(id))) {
                return i;
            }
        }
        return -1;
    }

    private void replace(int start, ByteSpan old, Object value) {
        if (value.equals(read(old))) {
            return;
        }
        var now = new EditableText(text);
        now.replace(
                old,
                now.isFirstOnLine(start)
                        ? JsonFormatter.indented(value, now.indent(start), indentUnit(now), now.newline())
                        : JsonFormatter.compact(value));
        text = now.applySplices();
    }

    /** @param name absent in an array */
    private void insert(ByteSpan container, List<ByteSpan> items, @Nullable String name, Object value) {
        var now = new EditableText(text);
        var tail = ContainerTail.of(scanner(), container, items);
        var own = name == null ? "" : JsonFormatter.name(name);
        if (!items.isEmpty() && tail.comma() < 0) {
            now.insert(items.getLast().end(), ",");
        }
        var after = tail.comma() < 0 ? "" : ",";
        if (isMultiLine(now, container, items) || tail.lineComment()) {
            var indent = items.isEmpty() || !now.isFirstOnLine(items.getLast().start())
                    ? now.indent(container.start()) + indentUnit(now)
                    : now.indent(items.getLast().start());
            var body = JsonFormatter.indented(value, indent, indentUnit(now), now.newline());
            var closing = now.hasNewline(new ByteSpan(tail.end(), container.end())) || !items.isEmpty()
                    ? ""
                    : now.newline() + now.indent(container.start());
            now.insert(tail.end(), now.newline() + indent + own + body + after + closing);
        } else {
            now.insert(tail.end(), (items.isEmpty() ? "" : " ") + own + JsonFormatter.compact(value) + after);
        }
        text = now.applySplices();
    }

    private boolean isMultiLine(EditableText now, ByteSpan container, List<ByteSpan> items) {
        if (!items.isEmpty()) {
            return now.isFirstOnLine(items.getLast().start());
        }
        return now.hasNewline(root()) || container.equals(root());
    }

    private void removeItem(List<ByteSpan> items, int index, ByteSpan container) {
        var now = new EditableText(text);
        var item = items.get(index);
        var own = comma(item.end(), container);
        var token = now.tokenEndBefore(item.start());
        // A line end before it may be what ends a comment: it goes only where another one follows.
        var whole =
                now.isLastOnLine(own < 0 ? item.end() : own + 1) || !now.hasNewline(new ByteSpan(token, item.start()));
        now.delete(new ByteSpan(whole ? token : item.start(), item.end()));
        if (own >= 0) {
            now.delete(new ByteSpan(own, own + 1));
        } else if (index > 0) {
            var before = comma(items.get(index - 1).end(), container);
            now.delete(new ByteSpan(before, before + 1));
        }
        text = now.applySplices();
    }

    /** The comma behind an item; −1 when the container ends there. */
    private int comma(int at, ByteSpan container) {
        var next = scanner().skipSpace(at);
        return next < container.end() && text[next] == ',' ? next : -1;
    }

    /** One step of indentation: that of the root's members, else two blanks. */
    private String indentUnit(EditableText now) {
        var members = scanner().members(root().start());
        if (!members.isEmpty() && now.isFirstOnLine(members.getFirst().key().start())) {
            var indent = now.indent(members.getFirst().key().start());
            return indent.isEmpty() ? DEFAULT_INDENT : indent;
        }
        return DEFAULT_INDENT;
    }

    private List<ByteSpan> items(ByteSpan object) {
        return scanner().members(object.start()).stream().map(JsonMember::whole).toList();
    }

    private @Nullable JsonMember member(ByteSpan object, String name) {
        var found = scanner().members(object.start()).stream()
                .filter(member -> member.name().equals(name))
                .toList();
        if (found.size() > 1) {
            throw refusal(found.get(1).key().start(), "\"" + name + "\" is there twice");
        }
        return found.isEmpty() ? null : found.getFirst();
    }

    private ByteSpan object(ByteSpan value) {
        if (scanner().byteAt(value.start()) != '{') {
            throw refusal(value.start(), "there is no object where the entry belongs");
        }
        return value;
    }

    private ByteSpan root() {
        try {
            return object(scanner().root());
        } catch (InvalidJson e) {
            throw refusal(e.offset(), "this is not JSON: " + e.getMessage());
        }
    }

    private SettingsNotEditable refusal(int at, String why) {
        return SettingsNotEditable.atOffset(text, at, why, REPAIR_HINT);
    }

    private JsonScanner scanner() {
        return JsonScanner.lenient(text);
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
    private record ContainerTail(int comma, int end, boolean lineComment) {
        static ContainerTail of(JsonScanner spans, ByteSpan container, List<ByteSpan> items) {
            var closing = container.end() - 1;
            var end = items.isEmpty() ? container.start() + 1 : items.getLast().end();
            var comma = -1;
            var line = false;
            for (var at = blanks(spans, end); at < closing; at = blanks(spans, end)) {
                var comment = spans.byteAt(at) == '/';
                line = comment && spans.byteAt(at + 1) == '/';
                comma = comment ? comma : at;
                end = comment ? spans.commentEnd(at) : at + 1;
            }
            return new ContainerTail(comma, end, line);
        }

        private static int blanks(JsonScanner spans, int at) {
            var next = at;
            while (" \t\r\n".indexOf(spans.byteAt(next)) >= 0) {
                next++;
            }
            return next;
        }
    }
}
