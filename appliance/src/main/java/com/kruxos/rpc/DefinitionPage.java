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
 * @param nextCursor absent on the last page
 * @param truncated whether the page exceeds a limit; {@code items} is what precedes it
 */
public record DefinitionPage(
        List<FeatureDefinition> items, @Nullable String nextCursor, boolean truncated) {
    private static final JsonFactory JSON = new JsonFactory();

    /**
     * Reads the {@code result} of a reply.
     *
     * @param maxBytes the limit of all items together
     * @return null when it is not such a list
     */
    public static @Nullable DefinitionPage read(FeatureKind kind, RawMessage reply, int maxItems, int maxBytes) {
        var at = reply.payloadSpan();
        if (at == null) {
            return null;
        }
        var json = Arrays.copyOfRange(reply.bytes(), at.from(), at.to());
        try (var parser = JSON.createParser(ObjectReadContext.empty(), json)) {
            return readPage(kind, parser, json, maxItems, maxBytes);
        } catch (JacksonException e) {
            return null;
        }
    }

    /** Reads one stored definition. */
    public static @Nullable FeatureDefinition readStored(FeatureKind kind, byte[] json) {
        try (var parser = JSON.createParser(ObjectReadContext.empty(), json)) {
            return parser.nextToken() == JsonToken.START_OBJECT ? readDefinition(kind, parser, json) : null;
        } catch (JacksonException e) {
            return null;
        }
    }

    private static @Nullable DefinitionPage readPage(
            FeatureKind kind, JsonParser parser, byte[] json, int maxItems, int maxBytes) {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            return null;
        }
        var items = new ArrayList<FeatureDefinition>();
        String next = null;
        var remaining = maxBytes;
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            var name = parser.currentName();
            var value = parser.nextToken();
            if (name.equals(kind.listMember()) && value == JsonToken.START_ARRAY) {
                while (parser.nextToken() == JsonToken.START_OBJECT) {
                    var item = readDefinition(kind, parser, json);
                    if (item == null) {
                        continue;
                    }
                    remaining -= item.length();
                    if (items.size() == maxItems || remaining < 0) {
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
