package com.kruxos.cli.clients;

import java.util.Random;

/** Settings as people write them: comments anywhere, any indentation, any line ends. */
final class RandomSettingsText {
    private final Random random;
    private final StringBuilder text = new StringBuilder();
    private final String newline;
    private final boolean oneLine;

    private RandomSettingsText(Random random) {
        this.random = random;
        this.newline = random.nextInt(4) == 0 ? "\r\n" : "\n";
        this.oneLine = random.nextInt(5) == 0;
    }

    /** An object with comments in it, and now and then with servers and inputs. */
    static String json(Random random) {
        var settings = new RandomSettingsText(random);
        settings.text.append(random.nextInt(6) == 0 ? "\uFEFF" : "");
        settings.gap(0);
        settings.object(0);
        settings.gap(0);
        return settings.text.toString();
    }

    static String toml(Random random) {
        var settings = new RandomSettingsText(random);
        for (var i = random.nextInt(6); i > 0; i--) {
            settings.statement("top" + i);
        }
        for (var i = random.nextInt(4); i > 0; i--) {
            var group = random.nextBoolean() ? "mcp_servers.\"s " + i + "\"" : "other" + i;
            settings.line("[" + group + "]" + (random.nextBoolean() ? "  # [mcp_servers.kruxos]" : ""));
            for (var j = random.nextInt(4); j > 0; j--) {
                settings.statement("key" + j);
            }
        }
        return settings.text.toString();
    }

    private void statement(String key) {
        var values = new String[] {
            "1",
            "true",
            "\"a \\\" # b\"",
            "'it is \\'",
            "[1, 2, # two]\n 3]",
            "{ a = 1, b = \"}\" }",
            "\"\"\"\n[mcp_servers.kruxos]\nurl = \"x\"\n\"\"\"",
            "'''\n[x]\n'''",
            "1979-05-27 07:32:00",
            "-1.5e-3",
            "nan"
        };
        line((random.nextInt(3) == 0 ? "  " : "") + key + " = " + values[random.nextInt(values.length)]);
        if (random.nextInt(3) == 0) {
            line(random.nextBoolean() ? "# kruxos = {" : "");
        }
    }

    private void line(String line) {
        text.append(line.replace("\n", newline)).append(newline);
    }

    private void object(int depth) {
        text.append('{');
        var members = random.nextInt(4);
        for (var i = 0; i < members; i++) {
            gap(depth + 1);
            text.append('"').append(name(depth, i)).append('"');
            gapOnLine();
            text.append(':');
            gapOnLine();
            value(depth + 1, depth == 0 && i < 2, i);
            gapOnLine();
            if (i < members - 1 || random.nextInt(4) == 0) {
                text.append(',');
            }
        }
        gap(depth);
        text.append('}');
    }

    private String name(int depth, int index) {
        if (depth == 0 && index == 0) {
            return random.nextBoolean() ? "servers" : "mcpServers";
        }
        return depth == 0 && index == 1 ? "inputs" : "n" + index + (random.nextBoolean() ? "\\u00e9" : " }");
    }

    private void value(int depth, boolean reserved, int index) {
        if (reserved) {
            if (index == 0) {
                object(depth);
            } else {
                array(depth);
            }
            return;
        }
        switch (depth > 4 ? 5 : random.nextInt(7)) {
            case 0 -> object(depth);
            case 1 -> array(depth);
            case 2 -> text.append("\"{\\\\\\\"// no comment \\u000a\"");
            case 3 -> text.append("-1.50E+3");
            case 4 -> text.append("null");
            default -> text.append("true");
        }
    }

    private void array(int depth) {
        text.append('[');
        var elements = random.nextInt(3);
        for (var i = 0; i < elements; i++) {
            gap(depth + 1);
            value(depth + 1, false, i);
            if (i < elements - 1 || random.nextInt(4) == 0) {
                gapOnLine();
                text.append(',');
            }
        }
        gap(depth);
        text.append(']');
    }

    /** Where a line may end. */
    private void gap(int depth) {
        if (oneLine) {
            gapOnLine();
            return;
        }
        gapOnLine();
        if (random.nextInt(6) == 0) {
            text.append("// \"kruxos\": {").append(newline);
        }
        if (random.nextInt(5) != 0) {
            text.append(newline).repeat(random.nextInt(3) == 0 ? "\t" : "  ", depth);
        }
    }

    private void gapOnLine() {
        if (random.nextInt(3) == 0) {
            text.append(' ');
        }
        if (random.nextInt(12) == 0) {
            text.append("/* } , */");
        }
    }
}
