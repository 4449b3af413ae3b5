package com.kruxos.rpc;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * What a client says of itself when it opens a session.
 *
 * @param protocolVersion the version it asks for; empty when it asks for none
 * @param client its name and version, its own claim, at most 120 characters
 */
public record Initialize(String protocolVersion, String client) {
    private static final int LONGEST = 120;
    private static final JsonFactory JSON = new JsonFactory();

    public static Initialize read(Message.Request request) {
        var at = request.params().at();
        if (at == null) {
            return new Initialize("", "");
        }
        try (var parser =
                JSON.createParser(ObjectReadContext.empty(), request.frame().bytes(), at.from(), at.length())) {
            parser.nextToken();
            var version = "";
            var client = "";
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                var name = parser.currentName();
                var value = parser.nextToken();
                if (name.equals("protocolVersion") && value == JsonToken.VALUE_STRING) {
                    version = parser.getString();
                } else if (name.equals("clientInfo") && value == JsonToken.START_OBJECT) {
                    client = client(parser);
                } else {
                    parser.skipChildren();
                }
            }
            return new Initialize(version, client);
        } catch (JacksonException e) {
            return new Initialize("", "");
        }
    }

    /** The version to answer with: the one asked for where we speak it, else our newest. */
    public String agreed() {
        return Capabilities.VERSIONS.contains(protocolVersion) ? protocolVersion : Capabilities.NEWEST;
    }

    private static String client(JsonParser parser) {
        var name = "";
        var version = "";
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            var member = parser.currentName();
            var value = parser.nextToken();
            if (value != JsonToken.VALUE_STRING) {
                parser.skipChildren();
            } else if (member.equals("name")) {
                name = parser.getString();
            } else if (member.equals("version")) {
                version = parser.getString();
            }
        }
        var text = (name + " " + version).strip();
        return text.substring(0, Math.min(text.length(), LONGEST));
    }
}
