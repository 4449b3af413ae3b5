package com.kruxos.cli.clients;

import com.kruxos.cli.json.InvalidJson;
import com.kruxos.cli.json.JsonDocument;
import com.kruxos.cli.json.JsonElement;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Changes single members of a JSON file in the style of that file. Comments and trailing commas are allowed. One
 * thread; every change parses the text again, so offsets are always those of the current text.
 */
final class JsonEditor {
    private static final String REPAIR_HINT = "repair the file, or write the entry by hand; nothing was changed";
    private static final String DEFAULT_INDENT = "  ";

    private byte[] text;
    private @Nullable JsonDocument document;

    /** @throws SettingsNotEditable when the text is neither blank nor one JSON object */
    JsonEditor(byte[] text) {
        this.text = text;
        parse(text);
    }

    byte[] bytes() {
        return text;
    }

    Optional<JsonElement> find(List<String> path) {
        var at = document == null ? null : document.root();
        for (var i = 0; i < path.size() && at != null; i++) {
            at = member(at, path.get(i));
        }
        return Optional.ofNullable(at);
    }

    /** The names in the object at {@code path}. */
    List<String> names(List<String> path) {
        return find(path).stream()
                .flatMap(object -> object.children().stream())
                .map(JsonElement::name)
                .toList();
    }

    String raw(JsonElement value) {
        return document().raw(value);
    }

    /** Sets the member, and creates the objects on its path. An equal value is left as it is written. */
    void put(List<String> path, Object value) {
        if (document == null) {
            parse(("{}" + (text.length == 0 ? "\n" : new String(text, StandardCharsets.UTF_8)))
                    .getBytes(StandardCharsets.UTF_8));
        }
        var at = document().root();
        for (var i = 0; i < path.size(); i++) {
            var member = member(requireObject(at), path.get(i));
            if (member == null) {
                insert(at, path.get(i), nested(path.subList(i + 1, path.size()), value));
                return;
            }
            at = member;
        }
        replace(at, value);
    }

    /** Removes the member and its comma; false when it does not exist. */
    boolean remove(List<String> path) {
        var parent = find(path.subList(0, path.size() - 1));
        var member = parent.map(object -> member(object, path.getLast()));
        member.ifPresent(found -> removeItem(parent.orElseThrow(), found));
        return member.isPresent();
    }

    /** Sets the element of an array whose member {@code id} equals that of {@code value}. */
    void putArrayElement(List<String> path, String id, Map<String, Object> value) {
        var array = find(path);
        if (array.isEmpty()) {
            put(path, List.of(value));
        } else if (!document().isArray(array.get())) {
            throw notEditable(array.get(), "\"" + path.getLast() + "\" is not an array");
        } else {
            findArrayElement(path, id, value.get(id))
                    .ifPresentOrElse(element -> replace(element, value), () -> insert(array.get(), null, value));
        }
    }

    /** The element of the array at {@code path} whose member {@code id} equals {@code wanted}. */
    Optional<JsonElement> findArrayElement(List<String> path, String id, @Nullable Object wanted) {
        return find(path).stream()
                .flatMap(array -> array.children().stream())
                .filter(element -> document().value(element) instanceof Map<?, ?> map
                        && wanted != null
                        && wanted.equals(map.get(id)))
                .findFirst();
    }

    void removeArrayElement(List<String> path, String id, String wanted) {
        findArrayElement(path, id, wanted)
                .ifPresent(element -> removeItem(find(path).orElseThrow(), element));
    }

    private void replace(JsonElement old, Object value) {
        if (value.equals(document().value(old))) {
            return;
        }
        var edit = new EditableText(text);
        var item = old.itemStart();
        edit.replace(
                old.start(),
                old.end(),
                edit.isFirstOnLine(item)
                        ? JsonFormatter.indented(value, edit.indent(item), indentUnit(edit), edit.newline())
                        : JsonFormatter.compact(value));
        parse(edit.applySplices());
    }

    /** @param name null in an array */
    private void insert(JsonElement container, @Nullable String name, Object value) {
        var edit = new EditableText(text);
        var items = container.children();
        var tail = ContainerTail.of(edit, text, container);
        var key = name == null ? "" : JsonFormatter.name(name);
        if (!items.isEmpty() && tail.comma() < 0) {
            edit.insert(items.getLast().end(), ",");
        }
        var comma = tail.comma() < 0 ? "" : ",";
        if (isMultiLine(edit, container) || tail.isLineComment()) {
            var indent = items.isEmpty() || !edit.isFirstOnLine(items.getLast().itemStart())
                    ? edit.indent(container.start()) + indentUnit(edit)
                    : edit.indent(items.getLast().itemStart());
            var body = JsonFormatter.indented(value, indent, indentUnit(edit), edit.newline());
            var closing = edit.hasNewline(tail.end(), container.end()) || !items.isEmpty()
                    ? ""
                    : edit.newline() + edit.indent(container.start());
            edit.insert(tail.end(), edit.newline() + indent + key + body + comma + closing);
        } else {
            edit.insert(tail.end(), (items.isEmpty() ? "" : " ") + key + JsonFormatter.compact(value) + comma);
        }
        parse(edit.applySplices());
    }

    private boolean isMultiLine(EditableText edit, JsonElement container) {
        var items = container.children();
        var root = document().root();
        return items.isEmpty()
                ? container.equals(root) || edit.hasNewline(root.start(), root.end())
                : edit.isFirstOnLine(items.getLast().itemStart());
    }

    private void removeItem(JsonElement container, JsonElement item) {
        var edit = new EditableText(text);
        var items = container.children();
        var index = items.indexOf(item);
        var comma = comma(edit, item.end());
        var token = edit.tokenEndBefore(item.itemStart());
        // The line end before the item may end a comment: it is deleted only where another line end follows.
        var isWholeLine =
                edit.isLastOnLine(comma < 0 ? item.end() : comma + 1) || !edit.hasNewline(token, item.itemStart());
        edit.delete(isWholeLine ? token : item.itemStart(), item.end());
        if (comma < 0 && index > 0) {
            comma = comma(edit, items.get(index - 1).end());
        }
        if (comma >= 0) {
            edit.delete(comma, comma + 1);
        }
        parse(edit.applySplices());
    }

    /** The comma after an item; −1 when the container ends there. */
    private int comma(EditableText edit, int at) {
        var next = edit.skipSpace(at);
        while (text[next] == '/') {
            next = edit.skipSpace(edit.commentEnd(next));
        }
        return text[next] == ',' ? next : -1;
    }

    /** One step of indentation: that of the root's members, otherwise two spaces. */
    private String indentUnit(EditableText edit) {
        var members = document().root().children();
        var indent = members.isEmpty() || !edit.isFirstOnLine(members.getFirst().itemStart())
                ? ""
                : edit.indent(members.getFirst().itemStart());
        return indent.isEmpty() ? DEFAULT_INDENT : indent;
    }

    private @Nullable JsonElement member(JsonElement object, String name) {
        var found = object.children().stream()
                .filter(member -> member.name().equals(name))
                .toList();
        if (found.size() > 1) {
            throw notEditable(found.get(1), "\"" + name + "\" exists twice");
        }
        return found.isEmpty() ? null : found.getFirst();
    }

    private JsonElement requireObject(JsonElement value) {
        if (!document().isObject(value)) {
            throw notEditable(value, "an object was expected here");
        }
        return value;
    }

    private void parse(byte[] now) {
        text = now;
        try {
            document = new String(now, StandardCharsets.UTF_8).isBlank() ? null : JsonDocument.lenient(now);
        } catch (InvalidJson e) {
            throw SettingsNotEditable.atLine(e.line(), "this is not valid JSON", REPAIR_HINT);
        }
        if (document != null) {
            requireObject(document.root());
        }
    }

    private JsonDocument document() {
        return Objects.requireNonNull(document);
    }

    private SettingsNotEditable notEditable(JsonElement where, String why) {
        return SettingsNotEditable.atOffset(text, where.itemStart(), why, REPAIR_HINT);
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
     * @param comma the comma after it, or −1
     * @param end of the last thing before the closing bracket: item, comma, comment or opening bracket
     * @param isLineComment whether that is a comment that needs its line end
     */
    private record ContainerTail(int comma, int end, boolean isLineComment) {
        static ContainerTail of(EditableText edit, byte[] text, JsonElement container) {
            var items = container.children();
            var end = items.isEmpty() ? container.start() + 1 : items.getLast().end();
            var comma = -1;
            var isLineComment = false;
            for (var at = edit.skipSpace(end); at < container.end() - 1; at = edit.skipSpace(end)) {
                var isComment = text[at] == '/';
                isLineComment = isComment && text[at + 1] == '/';
                comma = isComment ? comma : at;
                end = isComment ? edit.commentEnd(at) : at + 1;
            }
            return new ContainerTail(comma, end, isLineComment);
        }
    }
}
