package com.kruxos.json;

import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Between text and Jackson's trees, with its streaming half alone. A mapper, which makes objects of any class, is what
 * we never need, and it would be some hundred classes: 60 ms of each start, and megabytes at rest. So nobody calls
 * {@code toString} of a node either, which makes one.
 */
public final class Json {
    private static final JsonFactory FACTORY = new JsonFactory();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private Json() {}

    /**
     * What one of our own files or columns holds.
     *
     * @throws tools.jackson.core.JacksonException when it is not one JSON value
     */
    public static JsonNode read(String text) {
        return read(text, FACTORY);
    }

    /**
     * One JSON value and nothing behind it.
     *
     * @param factory how strict, and how deep it may be nested: the limit bounds the stack
     * @throws tools.jackson.core.JacksonException when it is anything else
     */
    public static JsonNode read(String text, JsonFactory factory) {
        try (var parser = factory.createParser(ObjectReadContext.empty(), text)) {
            parser.nextToken();
            var value = readValue(parser);
            if (parser.nextToken() != null) {
                throw new StreamReadException(parser, "more than one value");
            }
            return value;
        }
    }

    /** In as few characters as there can be. */
    public static String write(JsonNode node) {
        var text = new StringWriter();
        try (var generator = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
            writeNode(node, generator);
        }
        return text.toString();
    }

    /** An array of strings, as {@link #readStrings} reads it. */
    public static String write(Collection<String> strings) {
        var array = NODES.arrayNode();
        strings.forEach(array::add);
        return write(array);
    }

    /** An object of strings, as {@link #readStringMap} reads it. */
    public static String write(Map<String, String> map) {
        var object = NODES.objectNode();
        map.forEach(object::put);
        return write(object);
    }

    /** The strings of an array we have written. */
    public static List<String> readStrings(String text) {
        var strings = new ArrayList<String>();
        read(text).values().forEach(value -> strings.add(value.stringValue()));
        return strings;
    }

    /** The members of an object of strings we have written, in its order. */
    public static Map<String, String> readStringMap(String text) {
        var map = new LinkedHashMap<String, String>();
        read(text)
                .properties()
                .forEach(member -> map.put(member.getKey(), member.getValue().stringValue()));
        return map;
    }

    private static JsonNode readValue(JsonParser parser) {
        var token = parser.currentToken();
        if (token == null) {
            throw new StreamReadException(parser, "no value");
        }
        return switch (token) {
            case START_OBJECT -> readObject(parser);
            case START_ARRAY -> readArray(parser);
            case VALUE_STRING -> NODES.stringNode(parser.getString());
            case VALUE_TRUE -> NODES.booleanNode(true);
            case VALUE_FALSE -> NODES.booleanNode(false);
            case VALUE_NULL -> NODES.nullNode();
            case VALUE_NUMBER_INT ->
                switch (parser.getNumberType()) {
                    case INT -> NODES.numberNode(parser.getIntValue());
                    case LONG -> NODES.numberNode(parser.getLongValue());
                    default -> NODES.numberNode(parser.getBigIntegerValue());
                };
            case VALUE_NUMBER_FLOAT -> NODES.numberNode(parser.getDecimalValue());
            default -> throw new StreamReadException(parser, "not a value");
        };
    }

    private static ObjectNode readObject(JsonParser parser) {
        var object = NODES.objectNode();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            var name = parser.currentName();
            parser.nextToken();
            object.set(name, readValue(parser));
        }
        return object;
    }

    private static ArrayNode readArray(JsonParser parser) {
        var array = NODES.arrayNode();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            array.add(readValue(parser));
        }
        return array;
    }

    private static void writeNode(JsonNode node, JsonGenerator to) {
        switch (node.getNodeType()) {
            case OBJECT -> {
                to.writeStartObject();
                node.properties().forEach(member -> {
                    to.writeName(member.getKey());
                    writeNode(member.getValue(), to);
                });
                to.writeEndObject();
            }
            case ARRAY -> {
                to.writeStartArray();
                node.values().forEach(value -> writeNode(value, to));
                to.writeEndArray();
            }
            case STRING -> to.writeString(node.stringValue());
            case BOOLEAN -> to.writeBoolean(node.booleanValue());
            case NULL -> to.writeNull();
            case NUMBER -> {
                if (!node.isIntegralNumber()) {
                    to.writeNumber(node.decimalValue());
                } else if (node.canConvertToLong()) {
                    to.writeNumber(node.longValue());
                } else {
                    to.writeNumber(node.bigIntegerValue());
                }
            }
            default -> throw new IllegalArgumentException("JSON has no " + node.getNodeType());
        }
    }
}
