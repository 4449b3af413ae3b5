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
 * One page of a server's {@code tools/list}.
 *
 * @param next the cursor of the next page; absent on the last
 */
public record ToolPage(List<ToolDefinition> tools, @Nullable String next) {
    private static final JsonFactory JSON = new JsonFactory();

    /** Reads the {@code result} of a reply; absent when it is not a list of named tools. */
    public static @Nullable ToolPage read(Frame reply) {
        var at = reply.payload();
        if (at == null) {
            return null;
        }
        var json = Arrays.copyOfRange(reply.bytes(), at.from(), at.to());
        try (var parser = JSON.createParser(ObjectReadContext.empty(), json)) {
            return page(parser, json);
        } catch (JacksonException e) {
            return null;
        }
    }

    /** Reads one definition that was kept. */
    public static @Nullable ToolDefinition readKept(byte[] json) {
        try (var parser = JSON.createParser(ObjectReadContext.empty(), json)) {
            return parser.nextToken() == JsonToken.START_OBJECT ? tool(parser, json) : null;
        } catch (JacksonException e) {
            return null;
        }
    }

    private static @Nullable ToolPage page(JsonParser parser, byte[] json) {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            return null;
        }
        var tools = new ArrayList<ToolDefinition>();
        String next = null;
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            var name = parser.currentName();
            var value = parser.nextToken();
            if (name.equals("tools") && value == JsonToken.START_ARRAY) {
                while (parser.nextToken() == JsonToken.START_OBJECT) {
                    var tool = tool(parser, json);
                    if (tool != null) {
                        tools.add(tool);
                    }
                }
            } else if (name.equals("nextCursor") && value == JsonToken.VALUE_STRING) {
                next = parser.getString();
            } else {
                parser.skipChildren();
            }
        }
        return new ToolPage(tools, next);
    }

    private static @Nullable ToolDefinition tool(JsonParser parser, byte[] json) {
        var from = (int) parser.currentTokenLocation().getByteOffset();
        Span nameAt = null;
        var name = "";
        var title = "";
        var description = "";
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            var member = parser.currentName();
            var value = parser.nextToken();
            if (value != JsonToken.VALUE_STRING) {
                parser.skipChildren();
                continue;
            }
            switch (member) {
                case "name" -> {
                    var start = (int) parser.currentTokenLocation().getByteOffset();
                    name = parser.getString();
                    nameAt = new Span(
                            start - from, (int) parser.currentLocation().getByteOffset() - from);
                }
                case "title" -> title = parser.getString();
                case "description" -> description = parser.getString();
                default -> parser.finishToken();
            }
        }
        var to = (int) parser.currentLocation().getByteOffset();
        if (nameAt == null || name.isEmpty()) {
            return null;
        }
        return new ToolDefinition(Arrays.copyOfRange(json, from, to), nameAt, name, title, description);
    }
}
