package com.kruxos.cli.clients;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** Reads and writes TOML's strings on one line. */
final class TomlStrings {
    private TomlStrings() {}

    /** Between the quotes; escapes other than those of a quote, a backslash and a code point are left as they are. */
    static String read(byte[] text, int start, int end) {
        var inner = new String(text, start + 1, Math.max(0, end - start - 2), StandardCharsets.UTF_8);
        return text[start] == '\'' || inner.indexOf('\\') < 0 ? inner : unescaped(inner);
    }

    static String write(Object value) {
        return switch (value) {
            case List<?> list ->
                "[" + String.join(", ", list.stream().map(TomlStrings::write).toList()) + "]";
            case Boolean truth -> truth.toString();
            default -> '"' + value.toString().replace("\\", "\\\\").replace("\"", "\\\"") + '"';
        };
    }

    private static String unescaped(String text) {
        var out = new StringBuilder();
        var at = 0;
        while (at < text.length()) {
            var letter = text.charAt(at);
            var kind = letter == '\\' && at + 1 < text.length() ? text.charAt(at + 1) : 0;
            var digits = kind == 'u' ? 4 : kind == 'U' ? 8 : 0;
            if (digits > 0 && text.substring(at).matches("(?s)\\\\.[0-9A-Fa-f]{" + digits + "}.*")) {
                var point = (int) Long.parseLong(text, at + 2, at + 2 + digits, 16);
                out.append(Character.isValidCodePoint(point) ? Character.toString(point) : "");
                at += 2 + digits;
            } else if (kind == '"' || kind == '\\') {
                out.append(kind);
                at += 2;
            } else {
                out.append(letter);
                at++;
            }
        }
        return out.toString();
    }
}
