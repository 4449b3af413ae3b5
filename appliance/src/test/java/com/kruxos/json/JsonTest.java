package com.kruxos.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Compares the results with those of Jackson's mapper. */
class JsonTest {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "null",
                "\"\"",
                "\"\\u0000\\n\\\"\\\\\\u20ac\\ud83d\\ude00/\"",
                "[1,-2147483649,9223372036854775808,0.10,1e-7,-0.0]",
                "{\"a\":{\"b\":[true,false,null,[{}]]},\"\":1,\"a b\":\"c\"}",
            })
    void readsAndWritesLikeTheMapper(String text) {
        var expected = MAPPER.readTree(text);
        assertThat(Json.read(text)).isEqualTo(expected);
        assertThat(Json.write(expected)).isEqualTo(MAPPER.writeValueAsString(expected));
        assertThat(Json.read(Json.write(expected))).isEqualTo(expected);
    }

    /** Both reject a modified text, or both read the same value. */
    @Test
    void rejectsWhatTheMapperRejects() {
        var random = new Random(3);
        var whole = "{\"a\":[1,2.5,\"x\\u20ac\",{\"b\":null,\"c\":true}],\"d\":-1e3} ";
        for (var round = 0; round < 20_000; round++) {
            var text = new StringBuilder(whole);
            for (var change = 0; change <= random.nextInt(3) && text.length() > 2; change++) {
                var at = random.nextInt(text.length());
                switch (random.nextInt(3)) {
                    case 0 -> text.deleteCharAt(at);
                    case 1 -> text.insert(at, "{}[],:\"1etn".charAt(random.nextInt(11)));
                    default -> text.setLength(Math.max(1, at));
                }
            }
            assertThat(resultOf(() -> Json.read(text.toString())))
                    .as(text.toString())
                    .isEqualTo(resultOf(() -> MAPPER.readTree(text.toString())));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "{", "[1,", "{} {}", "1 2", "nul", "{\"a\"}", "]"})
    void anythingButOneValueIsRejected(String text) {
        assertThatThrownBy(() -> Json.read(text)).isInstanceOf(JacksonException.class);
    }

    /** Fails if the factory is ignored. */
    @Test
    void theLimitsOfTheFactoryApply() {
        var strict = JsonFactory.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .streamReadConstraints(
                        StreamReadConstraints.builder().maxNestingDepth(3).build())
                .build();
        assertThat(Json.read("[[[]]]", strict)).isEqualTo(MAPPER.readTree("[[[]]]"));
        assertThatThrownBy(() -> Json.read("[[[[]]]]", strict)).isInstanceOf(JacksonException.class);
        assertThatThrownBy(() -> Json.read("{\"a\":1,\"a\":2}", strict)).isInstanceOf(JacksonException.class);
        assertThatThrownBy(() -> Json.read("[".repeat(100_000))).isInstanceOf(JacksonException.class);
    }

    @Test
    void listsAndMapsOfStringsRoundTrip() {
        var strings = List.of("", "a\nb", "\"", "€");
        assertThat(Json.readStrings(Json.write(strings))).isEqualTo(strings);
        var map = new LinkedHashMap<>(Map.of("z", "1"));
        map.put("a", "\\");
        assertThat(Json.readStringMap(Json.write(map))).isEqualTo(map);
        assertThat(Json.readStringMap(Json.write(map)).keySet()).containsExactly("z", "a");
    }

    @Test
    void aNodeWithoutJsonFormIsRejected() {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.putPOJO("a", new Object());
        assertThatThrownBy(() -> Json.write(node)).isInstanceOf(IllegalArgumentException.class);
    }

    private static Object resultOf(java.util.concurrent.Callable<Object> reading) {
        try {
            return reading.call();
        } catch (JacksonException e) {
            return "refused";
        } catch (Exception e) {
            return e;
        }
    }
}
