package com.kruxos.cli.json;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;

/** A JSON text in UTF-8 with the position of each value: for callers that change or route JSON byte for byte. */
public final class JsonDocument {
    // Without detection a text that begins with a NUL byte would be read as UTF-16, and its offsets would be wrong.
    private static final JsonFactory STRICT = JsonFactory.builder()
            .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private static final JsonFactory LENIENT = STRICT.rebuild()
            .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
            .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
            .build();

    private final byte[] text;
    private final JsonElement root;

    private JsonDocument(byte[] text, JsonElement root) {
        this.text = text;
        this.root = root;
    }

    /**
     * Parses RFC 8259 JSON.
     *
     * @param depth how many levels below the root get elements; deeper values are only checked
     */
    public static JsonDocument strict(byte[] text, int depth) {
        return parse(STRICT, text, depth);
    }

    /** Parses JSON with comments and trailing commas, as editors accept it in their settings. */
    public static JsonDocument lenient(byte[] text) {
        return parse(LENIENT, text, Integer.MAX_VALUE);
    }

    /** The members that are complete in the first part of an object. */
    public static JsonDocument truncated(byte[] text) {
        var members = new ArrayList<JsonElement>();
        try (var parser = STRICT.createParser(ObjectReadContext.empty(), text)) {
            if (parser.nextToken() == JsonToken.START_OBJECT) {
                new Builder(text, parser, 0).addChildren(members, 0);
            }
        } catch (JacksonException | InvalidJson e) {
            // Everything before this position is complete.
        }
        return new JsonDocument(text, new JsonElement("", 0, 0, text.length, members));
    }

    private static JsonDocument parse(JsonFactory factory, byte[] text, int depth) {
        try (var parser = factory.createParser(ObjectReadContext.empty(), text)) {
            if (parser.nextToken() == null) {
                throw new InvalidJson(1);
            }
            var root = new Builder(text, parser, depth).element(null, 0);
            if (parser.nextToken() != null) {
                throw new InvalidJson(parser.currentTokenLocation().getLineNr());
            }
            return new JsonDocument(text, root);
        } catch (JacksonException e) {
            throw new InvalidJson(e.getLocation() == null ? 1 : e.getLocation().getLineNr());
        }
    }

    public JsonElement root() {
        return root;
    }

    /** Whether the value is an object. */
    public boolean isObject(JsonElement value) {
        return text[value.start()] == '{';
    }

    /** Whether the value is an array. */
    public boolean isArray(JsonElement value) {
        return text[value.start()] == '[';
    }

    /** The member of an object; the last one where the name is repeated. */
    public Optional<JsonElement> member(JsonElement object, String name) {
        return isObject(object)
                ? object.children().stream()
                        .filter(child -> child.name().equals(name))
                        .reduce((_, last) -> last)
                : Optional.empty();
    }

    /** The value as it is written. */
    public String raw(JsonElement value) {
        return new String(text, value.start(), value.end() - value.start(), StandardCharsets.UTF_8);
    }

    /** A string unescaped; empty for any other value. */
    public String string(JsonElement value) {
        if (text[value.start()] != '"') {
            return "";
        }
        try (var parser =
                STRICT.createParser(ObjectReadContext.empty(), Arrays.copyOfRange(text, value.start(), value.end()))) {
            parser.nextToken();
            return parser.getString();
        }
    }

    /** The value as Map, List, String or Boolean; a number or null as {@link Optional} of its text. */
    public Object value(JsonElement value) {
        return switch (text[value.start()]) {
            case '{' -> {
                var map = new LinkedHashMap<String, Object>();
                value.children().forEach(member -> map.put(member.name(), value(member)));
                yield map;
            }
            case '[' -> value.children().stream().map(this::value).toList();
            case '"' -> string(value);
            case 't' -> true;
            case 'f' -> false;
            default -> Optional.of(raw(value));
        };
    }

    /** Builds the elements from the tokens. One thread. */
    private static final class Builder {
        private final byte[] text;
        private final JsonParser parser;
        private final int maxDepth;

        Builder(byte[] text, JsonParser parser, int maxDepth) {
            this.text = text;
            this.parser = parser;
            this.maxDepth = maxDepth;
        }

        JsonElement element(@Nullable String name, int nameStart) {
            return element(name, nameStart, 0);
        }

        private JsonElement element(@Nullable String name, int nameStart, int depth) {
            var start = offset();
            var children = new ArrayList<JsonElement>();
            var end = switch (parser.currentToken()) {
                case START_OBJECT, START_ARRAY -> {
                    if (depth < maxDepth) {
                        addChildren(children, depth);
                    } else {
                        parser.skipChildren();
                    }
                    yield offset() + 1;
                }
                case VALUE_STRING -> stringEnd(start);
                default -> start + parser.getStringLength();
            };
            return new JsonElement(name == null ? "" : name, name == null ? start : nameStart, start, end, children);
        }

        void addChildren(List<JsonElement> children, int depth) {
            for (var token = parser.nextToken(); !token.isStructEnd(); token = parser.nextToken()) {
                var name = token == JsonToken.PROPERTY_NAME ? parser.currentName() : null;
                var nameStart = offset();
                if (name != null) {
                    parser.nextToken();
                }
                children.add(element(name, nameStart, depth + 1));
            }
        }

        private int offset() {
            return (int) parser.currentTokenLocation().getByteOffset();
        }

        /** Found here because the parser would decode a string to tell its end. */
        private int stringEnd(int start) {
            for (var at = start + 1; at < text.length; at++) {
                if (text[at] == '"') {
                    return at + 1;
                }
                at += text[at] == '\\' ? 1 : 0;
            }
            throw new InvalidJson(parser.currentTokenLocation().getLineNr());
        }
    }
}
