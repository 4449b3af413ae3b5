package com.kruxos.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * A JSON value as plain Java: Map, List, String, Number, Boolean or null. Missing members read as empty, so that a
 * response of an older or newer appliance can be shown.
 */
record JsonValue(@Nullable Object value) {
    private static final JsonFactory FACTORY = new JsonFactory();

    static JsonValue object() {
        return new JsonValue(new LinkedHashMap<String, @Nullable Object>());
    }

    /** @throws CommandFailure when the bytes are not one JSON value */
    static JsonValue parse(byte[] bytes) {
        try (var parser = FACTORY.createParser(ObjectReadContext.empty(), bytes)) {
            parser.nextToken();
            return new JsonValue(read(parser));
        } catch (JacksonException e) {
            throw new CommandFailure(
                    ExitCode.FAILED, "the response is not JSON", "check that an appliance listens at this address");
        }
    }

    /** A copy with one more member; null adds nothing. */
    JsonValue with(String name, @Nullable Object member) {
        var next = new LinkedHashMap<String, @Nullable Object>();
        map().forEach((key, value) -> next.put(String.valueOf(key), value));
        if (member != null) {
            next.put(name, member instanceof JsonValue json ? json.value() : member);
        }
        return new JsonValue(next);
    }

    JsonValue member(String name) {
        return new JsonValue(map().get(name));
    }

    boolean has(String name) {
        return map().get(name) != null;
    }

    /** A member as text; empty if missing or null. */
    String text(String name) {
        return member(name).text();
    }

    String text() {
        return value == null ? "" : value.toString();
    }

    long number(String name) {
        return map().get(name) instanceof Number number ? number.longValue() : 0;
    }

    boolean isTrue(String name) {
        return Boolean.TRUE.equals(map().get(name));
    }

    List<JsonValue> list(String name) {
        return map().get(name) instanceof List<?> list
                ? list.stream().map(JsonValue::new).toList()
                : List.of();
    }

    /** The texts of a list, separated by commas. */
    String joinedTexts(String name) {
        return String.join(", ", list(name).stream().map(JsonValue::text).toList());
    }

    Map<?, ?> map() {
        return value instanceof Map<?, ?> map ? map : Map.of();
    }

    private static @Nullable Object read(JsonParser parser) {
        var token = parser.currentToken();
        return switch (token == null ? JsonToken.NOT_AVAILABLE : token) {
            case START_OBJECT -> readObject(parser);
            case START_ARRAY -> readArray(parser);
            case VALUE_STRING -> parser.getString();
            case VALUE_NUMBER_INT -> parser.getNumberValue();
            case VALUE_NUMBER_FLOAT -> parser.getDecimalValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> null;
        };
    }

    private static Map<String, @Nullable Object> readObject(JsonParser parser) {
        var object = new LinkedHashMap<String, @Nullable Object>();
        for (var name = parser.nextName(); name != null; name = parser.nextName()) {
            parser.nextToken();
            object.put(name, read(parser));
        }
        return object;
    }

    private static List<@Nullable Object> readArray(JsonParser parser) {
        var array = new ArrayList<@Nullable Object>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            array.add(read(parser));
        }
        return array;
    }
}
