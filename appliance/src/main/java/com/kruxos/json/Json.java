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
 * Reads and writes Jackson trees with the streaming API alone. A mapper would load some hundred classes, which costs 60
 * ms at each start and megabytes at rest, and nothing here maps objects. {@code JsonNode.toString()} creates a mapper,
 * too; {@code FloorsTest} forbids it.
 */
public final class Json {
    private static final JsonFactory FACTORY = new JsonFactory();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private Json() {}

    /**
     * Parses one JSON value.
     *
     * @throws tools.jackson.core.JacksonException if the text is not exactly one JSON value
     */
    public static JsonNode read(String text) {
        return read(text, FACTORY);
    }

    /**
     * Parses one JSON value.
     *
     * @param factory has the limits; its limit of nesting bounds the recursion
     * @throws tools.jackson.core.JacksonException if the text is not exactly one JSON value
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

    /** Writes without whitespace. */
    public static String write(JsonNode node) {
        var text = new StringWriter();
        try (var generator = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
            writeNode(node, generator);
        }
        return text.toString();
    }

    /** Writes an array of strings; {@link #readStrings} reads it. */
    public static String write(Collection<String> strings) {
        var array = NODES.arrayNode();
        strings.forEach(array::add);
        return write(array);
    }

    /** Writes an object of strings; {@link #readStringMap} reads it. */
    public static String write(Map<String, String> map) {
        var object = NODES.objectNode();
        map.forEach(object::put);
        return write(object);
    }

    /** Reads an array of strings. */
    public static List<String> readStrings(String text) {
        var strings = new ArrayList<String>();
        read(text).values().forEach(value -> strings.add(value.stringValue()));
        return strings;
    }

    /** Reads an object of strings in the order of its members. */
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
            default -> throw new IllegalArgumentException("JSON cannot represent " + node.getNodeType());
        }
    }
}
