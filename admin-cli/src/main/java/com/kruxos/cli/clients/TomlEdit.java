package com.kruxos.cli.clients;

import com.kruxos.cli.clients.TomlSpans.Kind;
import com.kruxos.cli.clients.TomlSpans.Statement;
import com.kruxos.cli.spans.Span;
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
final class TomlEdit {
    /** The notes of {@link Entry}; another comment in their place is not ours to change. */
    private static final Pattern OURS = Pattern.compile("# KruxOS(; the key of|, as) (the|an) agent\\b.*");

    private final List<String> path;
    private byte[] text;

    /** @throws CannotEdit when it is no TOML, or the table is written in a form that cannot be spliced */
    TomlEdit(byte[] text, List<String> path) {
        this.text = text;
        this.path = path;
        check();
    }

    byte[] bytes() {
        return text;
    }

    boolean isThere() {
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
        if (!isThere()) {
            append(wanted, note);
            return;
        }
        var now = new Text(text);
        var missing = new LinkedHashMap<>(wanted);
        for (var statement : inside()) {
            var key = statement.path().get(path.size());
            var value = wanted.get(key);
            if (value != null && isPlain(statement)) {
                missing.remove(key);
                if (!raw(statement.value()).equals(TomlStrings.write(value))) {
                    now.replace(statement.value(), TomlStrings.write(value));
                }
            } else if (value != null || unwanted.test(key, raw(statement))) {
                now.cut(statement.lines());
            }
        }
        insert(now, missing);
        if (now.isChanged()) {
            ours().ifPresent(before -> now.replace(before, "# " + note));
        }
        text = now.spliced();
    }

    /** Takes the table out, with those in it and a blank line before it. */
    boolean remove() {
        if (!isThere()) {
            return false;
        }
        var now = new Text(text);
        var header = header().orElseThrow();
        var end = inTable(header).stream().mapToInt(s -> s.lines().end()).max().orElse(begin(header));
        var before = now.lineStart(Math.max(0, header.lines().start() - 1));
        now.cut(new Span(isBlankLine(before, header) ? before : header.lines().start(), end));
        statements().stream()
                .filter(s -> (s.isUnder(path) && s.lines().start() >= end) || isEarlier(s, header))
                .forEach(s -> now.cut(s.lines()));
        text = now.spliced();
        return true;
    }

    private boolean isEarlier(Statement statement, Statement header) {
        return statement.isUnder(path)
                && statement.lines().end() <= header.lines().start();
    }

    private boolean isBlankLine(int start, Statement header) {
        return start < header.lines().start()
                && new String(text, start, header.lines().start() - start, StandardCharsets.ISO_8859_1).isBlank();
    }

    private void append(Map<String, Object> wanted, String note) {
        var now = new Text(text);
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
        text = now.spliced();
    }

    private boolean endsBlank() {
        var tail =
                new String(text, Math.max(0, text.length - 4), Math.min(4, text.length), StandardCharsets.ISO_8859_1);
        return tail.endsWith("\n\n") || tail.endsWith("\r\n\r\n");
    }

    /** The comment that stands under the header since we made the table; its owner may have taken it out. */
    private Optional<Span> ours() {
        var start = header().orElseThrow().lines().end();
        var end = start;
        while (end < text.length && text[end] != '\n' && text[end] != '\r') {
            end++;
        }
        var line = new Span(start, end);
        return OURS.matcher(raw(line)).matches() ? Optional.of(line) : Optional.empty();
    }

    /** Behind the header, and our comment. */
    private int begin(Statement header) {
        var at = ours().map(Span::end).orElse(header.lines().end());
        while (at < text.length && text[at - 1] != '\n') {
            at++;
        }
        return at;
    }

    private void insert(Text now, Map<String, Object> missing) {
        var at = begin(header().orElseThrow());
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
    private boolean isPlain(Statement statement) {
        return statement.kind() == Kind.PAIR && statement.path().size() == path.size() + 1;
    }

    /** All that is written under our name but the header itself. */
    private List<Statement> inside() {
        return statements().stream()
                .filter(s -> s.isUnder(path) && s.path().size() > path.size())
                .toList();
    }

    private List<Statement> inTable(Statement header) {
        return statements().stream()
                .filter(s -> s.kind() == Kind.PAIR && s.table().equals(header.path()))
                .toList();
    }

    private Optional<Statement> header() {
        return statements().stream()
                .filter(s -> s.kind() == Kind.TABLE && s.path().equals(path))
                .findFirst();
    }

    /** Refuses the forms that a splice would break: inline tables, dotted keys from outside, lists of tables. */
    private void check() {
        var headers = new ArrayList<Statement>();
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

    private void refuseIf(boolean broken, @Nullable Statement where, String why) {
        if (broken) {
            var name = String.join(".", path);
            var at = where == null ? 0 : where.value().start();
            throw CannotEdit.at(
                    text,
                    at,
                    "the entry " + why,
                    "write it as a table of its own, [" + name + "], or take it out; nothing was changed");
        }
    }

    private String raw(Statement statement) {
        return raw(statement.lines());
    }

    private String raw(Span span) {
        return new String(text, span.start(), span.length(), StandardCharsets.UTF_8);
    }

    private List<Statement> statements() {
        return TomlSpans.of(text);
    }
}
