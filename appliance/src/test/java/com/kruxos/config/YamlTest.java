package com.kruxos.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Usual and malicious YAML files. */
class YamlTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "7700|Integer|7700",
                "0x1E14|Integer|7700",
                "0o17|Integer|15",
                "010|Integer|10",
                "-5|Integer|-5",
                "+5|Integer|5",
                "8589934592|Long|8589934592",
                "'7700'|String|7700",
                "\"\\u0041\"|String|A",
                "!!str 7700|String|7700",
                "true|Boolean|true",
                "False|Boolean|false",
                "yes|String|yes",
                "1.50|BigDecimal|1.50",
                ".inf|Double|NaN",
                "127.0.0.1|String|127.0.0.1",
                "60s|String|60s",
                "2026-11-21|String|2026-11-21",
                "1:30|String|1:30",
            })
    void scalarsHaveTheTypesOfTheYaml12CoreSchema(String written, String type, String read) throws Yaml.InvalidYaml {
        assertThat(map("a: " + written).get("a"))
                .hasToString(read)
                .extracting(value -> value.getClass().getSimpleName())
                .isEqualTo(type);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a:", "a: ~", "a: null", "a: NULL", "\ufeffa: null", "a: # nothing\r\n", "---\na:\n..."})
    void anEmptyValueIsNull(String text) throws Yaml.InvalidYaml {
        assertThat(map(text).containsKey("a")).isTrue();
        assertThat(map(text).get("a")).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "# only a comment\n", "---\n", "\ufeff"})
    void anEmptyFileIsNull(String text) throws Yaml.InvalidYaml {
        assertThat(Yaml.read(text.getBytes(StandardCharsets.UTF_8))).isNull();
    }

    @Test
    void nestedCollectionsAreRead() throws Yaml.InvalidYaml {
        assertThat(map("a:\n  - 1.0\n  - c: d\n    7: |\n      two\n      lines\nb: [x, 'y']\n"))
                .isEqualTo(Map.of(
                        "a",
                        List.of(new BigDecimal("1.0"), Map.of("c", "d", "7", "two\nlines\n")),
                        "b",
                        List.of("x", "y")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a: 1\\na: 2|2|duplicate",
                "a: &x 1\\nb: *x|2|aliases",
                "a: &x {b: *x}|1|aliases",
                "a: 1\\n---\\nb: 2|2|more than one",
                "a: !!int x|1|not a valid number",
                "a: !java.io.File x|1|tags",
                "a: 99999999999999999999|1|not a valid number",
                "? [1]\\n: 2|1|must be a scalar",
                "a: [1|1|``",
                "a: \\tb: c|1|``",
                "\\n\\na: }|3|``",
            })
    void unsupportedYamlIsRefusedWithItsLine(String written, int line, String reason) {
        var text = written.replace("\\n", "\n").replace("\\t", "\t");
        assertThatThrownBy(() -> map(text)).isInstanceOfSatisfying(Yaml.InvalidYaml.class, e -> {
            assertThat(e.line()).isBetween(line, line + 1); // the library reports some on the next line
            assertThat(e).hasMessageContaining(reason);
        });
    }

    /** Fails without the limit of the depth: the stack is 512 KiB. */
    @Test
    void deepNestingIsRefused() {
        for (var deep : List.of("[".repeat(250_000), "{a: ".repeat(60_000), "- ".repeat(100_000))) {
            assertThatThrownBy(() -> Yaml.read(deep.getBytes(StandardCharsets.UTF_8)))
                    .isInstanceOf(Yaml.InvalidYaml.class)
                    .hasMessageContaining("deep");
        }
    }

    /** Any input is parsed or refused, without another exception. */
    @Test
    void anyBytesAreReadOrRefused() {
        var random = new Random(7);
        var alphabet = "ab:01 \n\t-?[]{},&*!|>'\"%@`#~.\\\u00e9\ufeff".getBytes(StandardCharsets.UTF_8);
        for (var round = 0; round < 20_000; round++) {
            var bytes = new byte[random.nextInt(40)];
            for (var i = 0; i < bytes.length; i++) {
                bytes[i] = round % 4 == 0 ? (byte) random.nextInt() : alphabet[random.nextInt(alphabet.length)];
            }
            try {
                Yaml.read(bytes);
            } catch (Yaml.InvalidYaml e) {
                assertThat(e.line()).isNotNegative();
            }
        }
    }

    private static Map<?, ?> map(String text) throws Yaml.InvalidYaml {
        return Yaml.read(text.getBytes(StandardCharsets.UTF_8)) instanceof Map<?, ?> map ? map : Map.of();
    }
}
