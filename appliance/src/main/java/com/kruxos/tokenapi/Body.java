package com.kruxos.tokenapi;

import com.kruxos.json.Json;
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

/** The JSON object somebody sent, read strictly: every member is known, given once and of the right type. */
final class Body {
    private static final int DEPTH = 8;
    private static final int LONGEST_QUOTE = 40;

    private static final JsonFactory STRICT = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(DEPTH).build())
            .build();

    private final ObjectNode members;

    private Body(ObjectNode members) {
        this.members = members;
    }

    /** No bytes are an empty object: then only members that must be there are missed. */
    static Body read(byte[] bytes, Set<String> known) {
        if (bytes.length == 0) {
            return new Body(JsonNodeFactory.instance.objectNode());
        }
        if (!(parse(bytes) instanceof ObjectNode object)) {
            throw Unacceptable.invalid("the body is not a JSON object", "send {…}");
        }
        for (var name : object.propertyNames()) {
            if (!known.contains(name)) {
                throw unknown("member", name, known);
            }
        }
        return new Body(object);
    }

    static Unacceptable unknown(String what, String name, Set<String> known) {
        var shown = quote(name);
        var hint = Nearest.to(name, known)
                .map(near -> "did you mean \"" + near + "\"?")
                .orElseGet(() -> known.isEmpty()
                        ? "there is none here"
                        : "known here: " + String.join(", ", new TreeSet<>(known)));
        return Unacceptable.invalid("there is no " + what + " " + shown, hint);
    }

    String text(String name) {
        return optionalText(name)
                .orElseThrow(() -> Unacceptable.invalid("the member \"" + name + "\" is missing", "add it"));
    }

    Optional<String> optionalText(String name) {
        return member(name).map(value -> string(name, value));
    }

    boolean flag(String name, boolean otherwise) {
        return member(name)
                .map(value -> {
                    if (!value.isBoolean()) {
                        throw wrongType(name, "true or false");
                    }
                    return value.booleanValue();
                })
                .orElse(otherwise);
    }

    List<String> texts(String name) {
        var texts = new ArrayList<String>();
        member(name).ifPresent(value -> {
            if (!value.isArray()) {
                throw wrongType(name, "a list of strings");
            }
            value.forEach(item -> texts.add(string(name, item)));
        });
        return texts;
    }

    Map<String, String> map(String name) {
        var map = new LinkedHashMap<String, String>();
        member(name).ifPresent(value -> {
            if (!value.isObject()) {
                throw wrongType(name, "an object of strings");
            }
            value.properties().forEach(entry -> map.put(entry.getKey(), string(name, entry.getValue())));
        });
        return map;
    }

    /** Whether a member is given as null: where that takes something away. */
    boolean isNull(String name) {
        return member(name).filter(JsonNode::isNull).isPresent();
    }

    /** A null is given, and of the wrong type everywhere: what is not wanted is left out. */
    private Optional<JsonNode> member(String name) {
        return Optional.ofNullable(members.get(name));
    }

    private static String string(String name, JsonNode value) {
        if (!value.isString()) {
            throw wrongType(name, "a string");
        }
        return value.stringValue();
    }

    private static Unacceptable wrongType(String name, String wanted) {
        return Unacceptable.invalid("the member \"" + name + "\" has the wrong type", "give " + wanted);
    }

    private static JsonNode parse(byte[] bytes) {
        try {
            var text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return Json.read(text, STRICT);
        } catch (CharacterCodingException e) {
            throw Unacceptable.invalid("the body is not UTF-8", "send JSON in UTF-8");
        } catch (JacksonException e) {
            // Not its text: it quotes what was sent.
            var where = e.getLocation();
            throw Unacceptable.invalid(
                    "the body is not JSON with every member given once"
                            + (where == null
                                    ? ""
                                    : ", near line " + where.getLineNr() + ", column " + where.getColumnNr()),
                    "check it with a JSON reader");
        }
    }

    /** Enough of a wrong name to find it again, but no more, and nothing that could steer a terminal. */
    private static String quote(String name) {
        var start = name.length() > LONGEST_QUOTE ? name.substring(0, LONGEST_QUOTE) + "…" : name;
        return '"' + start.replaceAll("[\\p{C}\"\\\\]", "?") + '"';
    }
}
