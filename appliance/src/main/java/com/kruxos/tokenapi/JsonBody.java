package com.kruxos.tokenapi;

import com.kruxos.json.Json;
import com.kruxos.result.Suggestions;
import com.kruxos.web.http.ProblemException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The JSON object of a request body, parsed strictly: unknown, duplicate or mistyped members are rejected. */
final class JsonBody {
    private static final int MAX_DEPTH = 8;
    private static final int MAX_QUOTE_LENGTH = 40;

    private static final JsonFactory STRICT = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
            .build();

    private final ObjectNode members;

    private JsonBody(ObjectNode members) {
        this.members = members;
    }

    /** An empty body is an empty object. */
    static JsonBody read(byte[] bytes, Set<String> known) {
        if (bytes.length == 0) {
            return new JsonBody(JsonNodeFactory.instance.objectNode());
        }
        if (!(parse(bytes) instanceof ObjectNode object)) {
            throw ProblemException.invalid("the body is not a JSON object", "send one: {…}");
        }
        for (var name : object.propertyNames()) {
            if (!known.contains(name)) {
                throw unknownName("member", name, known);
            }
        }
        return new JsonBody(object);
    }

    static ProblemException unknownName(String what, String name, Set<String> known) {
        var shown = quoted(name);
        // Long names are no misspellings, and would be slow to compare.
        var suggestion = name.length() > MAX_QUOTE_LENGTH ? null : Suggestions.closest(name, known);
        var hint = suggestion != null
                ? "did you mean \"" + suggestion + "\"?"
                : known.isEmpty() ? "none is allowed here" : "allowed: " + String.join(", ", new TreeSet<>(known));
        return ProblemException.invalid("unknown " + what + " " + shown, hint);
    }

    String string(String name) {
        return optionalString(name)
                .orElseThrow(() -> ProblemException.invalid("the member \"" + name + "\" is missing", "add it"));
    }

    Optional<String> optionalString(String name) {
        return member(name).map(value -> stringOf(name, value));
    }

    boolean booleanValue(String name, boolean otherwise) {
        return member(name)
                .map(value -> {
                    if (!value.isBoolean()) {
                        throw wrongType(name, "true or false");
                    }
                    return value.booleanValue();
                })
                .orElse(otherwise);
    }

    List<String> strings(String name) {
        var texts = new ArrayList<String>();
        member(name).ifPresent(value -> {
            if (!value.isArray()) {
                throw wrongType(name, "a list of strings");
            }
            value.forEach(item -> texts.add(stringOf(name, item)));
        });
        return texts;
    }

    Map<String, String> stringMap(String name) {
        var map = new LinkedHashMap<String, String>();
        member(name).ifPresent(value -> {
            if (!value.isObject()) {
                throw wrongType(name, "an object of strings");
            }
            value.properties().forEach(entry -> map.put(entry.getKey(), stringOf(name, entry.getValue())));
        });
        return map;
    }

    /** Whether a member is null, for operations in which null removes a value. */
    boolean isNull(String name) {
        return member(name).filter(JsonNode::isNull).isPresent();
    }

    /** A null member is present, and has the wrong type for every other accessor. */
    private Optional<JsonNode> member(String name) {
        return Optional.ofNullable(members.get(name));
    }

    private static String stringOf(String name, JsonNode value) {
        if (!value.isString()) {
            throw wrongType(name, "a string");
        }
        return value.stringValue();
    }

    private static ProblemException wrongType(String name, String wanted) {
        return ProblemException.invalid("the member \"" + name + "\" has the wrong type", "send " + wanted);
    }

    private static JsonNode parse(byte[] bytes) {
        try {
            var text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return Json.read(text, STRICT);
        } catch (CharacterCodingException e) {
            throw ProblemException.invalid("the body is not UTF-8", "send JSON in UTF-8");
        } catch (JacksonException e) {
            // The message of the exception is omitted: it quotes the body.
            var where = e.getLocation();
            throw ProblemException.invalid(
                    "the body is not valid JSON, or has a duplicate member"
                            + (where == null
                                    ? ""
                                    : ", near line " + where.getLineNr() + ", column " + where.getColumnNr()),
                    "check it with a JSON parser");
        }
    }

    /** The start of a name, without characters that could control a terminal. */
    private static String quoted(String name) {
        var start = name.length() > MAX_QUOTE_LENGTH ? name.substring(0, MAX_QUOTE_LENGTH) + "…" : name;
        return '"' + start.replaceAll("[\\p{C}\"\\\\]", "?") + '"';
    }
}
