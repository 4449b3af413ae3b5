package com.kruxos.cli;

import java.util.ArrayList;
import java.util.List;

/** Names and values, one per line. Long values wrap with an indent; empty values are omitted. */
final class FieldList {
    private record Field(String name, String value) {}

    private final List<Field> fields = new ArrayList<>();

    FieldList add(String name, String value) {
        if (!value.isEmpty()) {
            fields.add(new Field(name, TerminalText.singleLine(value)));
        }
        return this;
    }

    List<String> lines(int width) {
        var indent =
                fields.stream().mapToInt(field -> field.name().length()).max().orElse(0) + 2;
        var lines = new ArrayList<String>();
        for (var field : fields) {
            var name = field.name();
            for (var part : TerminalText.wrap(field.value(), width - indent)) {
                lines.add(name + " ".repeat(indent - name.length()) + part);
                name = "";
            }
        }
        return lines;
    }
}
