package com.kruxos.cli.clients;

import com.kruxos.cli.clients.TomlStatements.StatementKind;
import com.kruxos.cli.clients.TomlStatements.TomlStatement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Changes one table of a TOML file, {@code [group.name]}, and leaves every other line as it is. One thread. */
final class TomlEditor {
    /** The comments that {@link ClientEntry} writes; any other comment belongs to the user. */
    private static final Pattern OWN_COMMENT = Pattern.compile("# KruxOS(; the key of|, as) (the|an) agent\\b.*");

    private final List<String> path;
    private final byte[] before;
    private final List<TomlStatement> statements;
    private byte[] text;

    /** @throws SettingsNotEditable when the text is not TOML, or the table has a form that cannot be edited by lines */
    TomlEditor(byte[] text, List<String> path) {
        this.text = text;
        this.before = text;
        this.path = path;
        this.statements = TomlStatements.of(text);
        statements.forEach(this::requireEditable);
    }

    byte[] bytes() {
        return text;
    }

    /** The statements of the table and of the tables in it, as they are written. */
    List<String> raw() {
        return statements.stream().filter(s -> s.isUnder(path)).map(this::raw).toList();
    }

    /**
     * Sets the members of the table.
     *
     * @param unwanted whether another statement must be deleted, given its key and its text
     * @param comment for a new table, and in place of our own comment where a member changes
     */
    void put(Map<String, Object> wanted, BiPredicate<String, String> unwanted, String comment) {
        var edit = new EditableText(before);
        header().ifPresentOrElse(
                        header -> change(edit, header, wanted, unwanted, comment), () -> append(edit, wanted, comment));
        text = edit.applySplices();
    }

    /** Deletes the table, the tables in it and one blank line before it. */
    void remove() {
        var edit = new EditableText(before);
        header().ifPresent(header -> {
            var end = statements.stream()
                    .filter(s ->
                            s.kind() == StatementKind.KEY_VALUE && s.table().equals(path))
                    .mapToInt(TomlStatement::end)
                    .max()
                    .orElse(bodyStart(header));
            var blank = edit.lineStart(Math.max(0, header.start() - 1));
            edit.delete(text(blank, header.start()).isBlank() ? blank : header.start(), end);
            statements.stream()
                    .filter(s -> s.isUnder(path) && (s.start() >= end || s.end() <= header.start()))
                    .forEach(s -> edit.delete(s.start(), s.end()));
        });
        text = edit.applySplices();
    }

    private void change(
            EditableText edit,
            TomlStatement header,
            Map<String, Object> wanted,
            BiPredicate<String, String> unwanted,
            String comment) {
        var missing = new LinkedHashMap<>(wanted);
        for (var statement : statements) {
            if (!statement.isUnder(path) || statement.path().size() == path.size()) {
                continue;
            }
            var key = statement.path().get(path.size());
            var value = wanted.get(key);
            var isPlain = statement.kind() == StatementKind.KEY_VALUE
                    && statement.path().size() == path.size() + 1;
            if (value != null && isPlain) {
                missing.remove(key);
                replaceValue(edit, statement, toml(value));
            } else if (value != null || unwanted.test(key, raw(statement))) {
                edit.delete(statement.start(), statement.end());
            }
        }
        var start = bodyStart(header);
        var newline = missing.isEmpty() || before[start - 1] == '\n' ? "" : edit.newline();
        edit.insert(start, newline + lines(missing, edit.newline()));
        if (edit.isChanged() && !ownComment(header).isEmpty()) {
            edit.replace(header.end(), header.end() + ownComment(header).length(), "# " + comment);
        }
    }

    private void replaceValue(EditableText edit, TomlStatement statement, String value) {
        var span = TomlStatements.value(raw(statement));
        var start = statement.start() + span[0];
        var end = statement.start() + span[1];
        if (!text(start, end).equals(value)) {
            edit.replace(start, end, value);
        }
    }

    private void append(EditableText edit, Map<String, Object> wanted, String comment) {
        var newline = edit.newline();
        var all = text(0, before.length);
        var gap = all.isBlank()
                ? ""
                : (all.endsWith("\n") ? "" : newline) + (all.endsWith("\n" + newline) ? "" : newline);
        var header = "[" + String.join(".", path) + "]" + newline + "# " + comment + newline;
        edit.insert(before.length, gap + header + lines(wanted, newline));
    }

    /** Our comment directly below the header; empty when the user has deleted it. */
    private String ownComment(TomlStatement header) {
        var line = text(header.end(), before.length).split("[\r\n]", 2)[0];
        return OWN_COMMENT.matcher(line).matches() ? line : "";
    }

    /** After the header and our comment. */
    private int bodyStart(TomlStatement header) {
        var at = header.end() + ownComment(header).length();
        while (at < before.length && before[at - 1] != '\n') {
            at++;
        }
        return at;
    }

    private Optional<TomlStatement> header() {
        return statements.stream()
                .filter(s -> s.kind() == StatementKind.TABLE && s.path().equals(path))
                .findFirst();
    }

    /** Rejects what cannot be edited by lines: inline tables, dotted keys in another table, arrays of tables. */
    private void requireEditable(TomlStatement statement) {
        var isGroup = statement.path().equals(path.subList(0, 1));
        var problem = switch (statement.kind()) {
            case TABLE -> "";
            case ARRAY_TABLE -> isGroup || statement.path().equals(path) ? "is an array of tables" : "";
            case KEY_VALUE ->
                isGroup || (statement.isUnder(path) && statement.table().size() < path.size())
                        ? "is written inside another table"
                        : "";
        };
        if (!problem.isEmpty()) {
            throw SettingsNotEditable.atOffset(
                    before,
                    statement.start(),
                    "the entry " + problem,
                    "write it as the table [" + String.join(".", path) + "], or delete it; nothing was changed");
        }
    }

    private String raw(TomlStatement statement) {
        return text(statement.start(), statement.end());
    }

    private String text(int start, int end) {
        return TomlStatements.text(before, start, end);
    }

    private static String lines(Map<String, Object> members, String newline) {
        return members.entrySet().stream()
                .map(member -> member.getKey() + " = " + toml(member.getValue()) + newline)
                .collect(Collectors.joining());
    }

    private static String toml(Object value) {
        return switch (value) {
            case List<?> list -> list.stream().map(TomlEditor::toml).collect(Collectors.joining(", ", "[", "]"));
            default -> '"' + value.toString().replace("\\", "\\\\").replace("\"", "\\\"") + '"';
        };
    }
}
