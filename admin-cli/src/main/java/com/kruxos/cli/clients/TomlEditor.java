package com.kruxos.cli.clients;

import com.kruxos.cli.clients.TomlScanner.StatementKind;
import com.kruxos.cli.clients.TomlScanner.TomlStatement;
import com.kruxos.cli.json.ByteSpan;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Changes one table of a TOML file, {@code [group.name]}, line by line. One thread. */
final class TomlEditor {
    /** The notes of {@link ClientEntry}; another comment in their place is not ours to change. */
    private static final Pattern OWN_COMMENT = Pattern.compile("# KruxOS(; the key of|, as) (the|an) agent\\b.*");

    private final List<String> path;
    private byte[] text;

    /** @throws SettingsNotEditable when it is no TOML, or the table is written in a form that cannot be spliced */
    TomlEditor(byte[] text, List<String> path) {
        this.text = text;
        this.path = path;
        requireEditable();
    }

    byte[] bytes() {
        return text;
    }

    boolean exists() {
        return header().isPresent();
    }

    /** Our table and those in it, as they are written. */
    List<String> raw() {
        return statements().stream().filter(s -> s.isUnder(path)).map(this::raw).toList();
    }

    /**
     * Makes the table say what is wanted.
     *
     * @param unwanted whether a line under this key must go, given the key and all that is written there
     * @param note a comment for a table that is new, and in place of ours where something changes
     */
    void put(Map<String, Object> wanted, BiPredicate<String, String> unwanted, String note) {
        if (!exists()) {
            append(wanted, note);
            return;
        }
        var now = new EditableText(text);
        var missing = new LinkedHashMap<>(wanted);
        for (var statement : innerStatements()) {
            var key = statement.path().get(path.size());
            var value = wanted.get(key);
            if (value != null && isPlain(statement)) {
                missing.remove(key);
                if (!raw(statement.value()).equals(TomlStrings.write(value))) {
                    now.replace(statement.value(), TomlStrings.write(value));
                }
            } else if (value != null || unwanted.test(key, raw(statement))) {
                now.delete(statement.lines());
            }
        }
        insert(now, missing);
        if (now.isChanged()) {
            ownComment().ifPresent(before -> now.replace(before, "# " + note));
        }
        text = now.applySplices();
    }

    /** Takes the table out, with those in it and a blank line before it. */
    boolean remove() {
        if (!exists()) {
            return false;
        }
        var now = new EditableText(text);
        var header = header().orElseThrow();
        var end = inTable(header).stream().mapToInt(s -> s.lines().end()).max().orElse(bodyStart(header));
        var before = now.lineStart(Math.max(0, header.lines().start() - 1));
        now.delete(new ByteSpan(
                isBlankLine(before, header) ? before : header.lines().start(), end));
        statements().stream()
                .filter(s -> (s.isUnder(path) && s.lines().start() >= end) || isEarlier(s, header))
                .forEach(s -> now.delete(s.lines()));
        text = now.applySplices();
        return true;
    }

    private boolean isEarlier(TomlStatement statement, TomlStatement header) {
        return statement.isUnder(path)
                && statement.lines().end() <= header.lines().start();
    }

    private boolean isBlankLine(int start, TomlStatement header) {
        return start < header.lines().start()
                && new String(text, start, header.lines().start() - start, StandardCharsets.ISO_8859_1).isBlank();
    }

    private void append(Map<String, Object> wanted, String note) {
        var now = new EditableText(text);
        var newline = now.newline();
        var lines = new StringBuilder();
        if (!now.isBlankFile()) {
            lines.append(text[text.length - 1] == '\n' ? "" : newline);
            lines.append(endsBlank() ? "" : newline);
        }
        lines.append('[').append(String.join(".", path)).append(']').append(newline);
        lines.append("# ").append(note).append(newline);
        wanted.forEach((key, value) -> lines.append(line(key, value, newline)));
        now.insert(text.length, lines.toString());
        text = now.applySplices();
    }

    private boolean endsBlank() {
        var tail =
                new String(text, Math.max(0, text.length - 4), Math.min(4, text.length), StandardCharsets.ISO_8859_1);
        return tail.endsWith("\n\n") || tail.endsWith("\r\n\r\n");
    }

    /** The comment that stands under the header since we made the table; its owner may have taken it out. */
    private Optional<ByteSpan> ownComment() {
        var start = header().orElseThrow().lines().end();
        var end = start;
        while (end < text.length && text[end] != '\n' && text[end] != '\r') {
            end++;
        }
        var line = new ByteSpan(start, end);
        return OWN_COMMENT.matcher(raw(line)).matches() ? Optional.of(line) : Optional.empty();
    }

    /** Behind the header, and our comment. */
    private int bodyStart(TomlStatement header) {
        var at = ownComment().map(ByteSpan::end).orElse(header.lines().end());
        while (at < text.length && text[at - 1] != '\n') {
            at++;
        }
        return at;
    }

    private void insert(EditableText now, Map<String, Object> missing) {
        var at = bodyStart(header().orElseThrow());
        var newline = now.newline();
        var open = text[at - 1] == '\n' ? "" : newline;
        var lines = new StringBuilder(missing.isEmpty() ? "" : open);
        missing.forEach((key, value) -> lines.append(line(key, value, newline)));
        now.insert(at, lines.toString());
    }

    private static String line(String key, Object value, String newline) {
        return key + " = " + TomlStrings.write(value) + newline;
    }

    /** A key directly in our table: {@code key = value}. */
    private boolean isPlain(TomlStatement statement) {
        return statement.kind() == StatementKind.PAIR && statement.path().size() == path.size() + 1;
    }

    /** All that is written under our name but the header itself. */
    private List<TomlStatement> innerStatements() {
        return statements().stream()
                .filter(s -> s.isUnder(path) && s.path().size() > path.size())
                .toList();
    }

    private List<TomlStatement> inTable(TomlStatement header) {
        return statements().stream()
                .filter(s -> s.kind() == StatementKind.PAIR && s.table().equals(header.path()))
                .toList();
    }

    private Optional<TomlStatement> header() {
        return statements().stream()
                .filter(s -> s.kind() == StatementKind.TABLE && s.path().equals(path))
                .findFirst();
    }

    /** Refuses the forms that a splice would break: inline tables, dotted keys from outside, lists of tables. */
    private void requireEditable() {
        var headers = new ArrayList<TomlStatement>();
        for (var statement : statements()) {
            var group = statement.path().equals(path.subList(0, 1));
            var ours = statement.isUnder(path);
            switch (statement.kind()) {
                case TABLE -> {
                    if (statement.path().equals(path)) {
                        headers.add(statement);
                    }
                }
                case ARRAY_TABLE -> refuseIf(group || statement.path().equals(path), statement, "is a list of tables");
                case PAIR ->
                    refuseIf(
                            group || (ours && statement.table().size() < path.size()),
                            statement,
                            "is written in another table's lines");
            }
        }
        refuseIf(headers.size() > 1, headers.isEmpty() ? null : headers.getLast(), "is there twice");
    }

    private void refuseIf(boolean broken, @Nullable TomlStatement where, String why) {
        if (broken) {
            var name = String.join(".", path);
            var at = where == null ? 0 : where.value().start();
            throw SettingsNotEditable.atOffset(
                    text,
                    at,
                    "the entry " + why,
                    "write it as a table of its own, [" + name + "], or take it out; nothing was changed");
        }
    }

    private String raw(TomlStatement statement) {
        return raw(statement.lines());
    }

    private String raw(ByteSpan span) {
        return new String(text, span.start(), span.length(), StandardCharsets.UTF_8);
    }

    private List<TomlStatement> statements() {
        return TomlScanner.scan(text);
    }
}
