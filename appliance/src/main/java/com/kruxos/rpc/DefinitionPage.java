package com.kruxos.rpc;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * One page of a server's list of tools, prompts, resources or templates.
 *
 * @param nextCursor the cursor of the next page; absent on the last
 * @param truncated whether there is more on it than there may be; {@code items} is then what came before
 */
public record DefinitionPage(
        List<FeatureDefinition> items, @Nullable String nextCursor, boolean truncated) {
    private static final JsonFactory JSON = new JsonFactory();

    /**
     * Reads the {@code result} of a reply; absent when it is not such a list.
     *
     * @param most how many items there may be
     * @param mostBytes how long all of them may be together
     */
    public static @Nullable DefinitionPage read(FeatureKind kind, RawMessage reply, int most, int mostBytes) {
        var at = reply.payloadSpan();
        if (at == null) {
            return null;
        }
        var json = Arrays.copyOfRange(reply.bytes(), at.from(), at.to());
        try (var parser = JSON.createParser(ObjectReadContext.empty(), json)) {
            return readPage(kind, parser, json, most, mostBytes);
        } catch (JacksonException e) {
            return null;
        }
    }

    /** Reads one definition that was kept. */
    public static @Nullable FeatureDefinition readStored(FeatureKind kind, byte[] json) {
        try (var parser = JSON.createParser(ObjectReadContext.empty(), json)) {
            return parser.nextToken() == JsonToken.START_OBJECT ? readDefinition(kind, parser, json) : null;
        } catch (JacksonException e) {
            return null;
        }
    }

    private static @Nullable DefinitionPage readPage(
            FeatureKind kind, JsonParser parser, byte[] json, int most, int mostBytes) {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            return null;
        }
        var items = new ArrayList<FeatureDefinition>();
        String next = null;
        var left = mostBytes;
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            var name = parser.currentName();
            var value = parser.nextToken();
            if (name.equals(kind.listMember()) && value == JsonToken.START_ARRAY) {
                while (parser.nextToken() == JsonToken.START_OBJECT) {
                    var item = readDefinition(kind, parser, json);
                    if (item == null) {
                        continue;
                    }
                    left -= item.length();
                    if (items.size() == most || left < 0) {
                        return new DefinitionPage(items, null, true);
                    }
                    items.add(item);
                }
            } else if (name.equals("nextCursor") && value == JsonToken.VALUE_STRING) {
                next = parser.getString();
            } else {
                parser.skipChildren();
            }
        }
        return new DefinitionPage(items, next, false);
    }

    private static @Nullable FeatureDefinition readDefinition(FeatureKind kind, JsonParser parser, byte[] json) {
        var from = (int) parser.currentTokenLocation().getByteOffset();
        ByteRange keyAt = null;
        var key = "";
        var title = "";
        var description = "";
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            var member = parser.currentName();
            var value = parser.nextToken();
            if (value != JsonToken.VALUE_STRING) {
                parser.skipChildren();
                continue;
            }
            if (member.equals(kind.keyMember())) {
                var start = (int) parser.currentTokenLocation().getByteOffset();
                key = parser.getString();
                keyAt = new ByteRange(
                        start - from, (int) parser.currentLocation().getByteOffset() - from);
                continue;
            }
            switch (member) {
                case "title" -> title = parser.getString();
                case "description" -> description = parser.getString();
                default -> parser.finishToken();
            }
        }
        var to = (int) parser.currentLocation().getByteOffset();
        if (keyAt == null || key.isEmpty()) {
            return null;
        }
        return new FeatureDefinition(Arrays.copyOfRange(json, from, to), keyAt, key, title, description);
    }
}
