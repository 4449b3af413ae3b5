package com.kruxos.cli.json;

import java.nio.charset.StandardCharsets;

/** Reads the text of a JSON string that was found whole. */
final class JsonStrings {
    private JsonStrings() {}

    static String read(byte[] text, ByteSpan quoted) {
        var start = quoted.start() + 1;
        var length = quoted.length() - 2;
        var plain = new String(text, start, length, StandardCharsets.UTF_8);
        return plain.indexOf('\\') < 0 ? plain : unescaped(plain);
    }

    private static String unescaped(String text) {
        var out = new StringBuilder(text.length());
        var at = 0;
        while (at < text.length()) {
            var letter = text.charAt(at++);
            if (letter != '\\') {
                out.append(letter);
                continue;
            }
            var kind = text.charAt(at++);
            if (kind == 'u') {
                out.append((char) Integer.parseInt(text, at, at + 4, 16));
                at += 4;
            } else {
                out.append(simple(kind));
            }
        }
        return out.toString();
    }

    private static char simple(char escape) {
        return switch (escape) {
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            default -> escape;
        };
    }
}
