package com.kruxos.rpc;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * What a client declares when it initializes a session.
 *
 * @param protocolVersion the version it requests; empty when it requests none
 * @param clientInfo its name and version, at most 120 characters; not verified
 * @param capabilities what servers may request of it: the JSON it declared, by capability
 */
public record InitializeRequest(String protocolVersion, String clientInfo, Map<String, String> capabilities) {
    /** What a server can request of a client. Others are ignored. */
    private static final Set<String> KNOWN_CAPABILITIES = Set.of("sampling", "elicitation", "roots");

    private static final int MAX_CAPABILITY_BYTES = 2_000;

    private static final int MAX_CLIENT_INFO_LENGTH = 120;
    private static final JsonFactory JSON = new JsonFactory();

    public static InitializeRequest read(Message.Request request) {
        var at = request.params().span();
        if (at == null) {
            return new InitializeRequest("", "", Map.of());
        }
        try (var parser =
                JSON.createParser(ObjectReadContext.empty(), request.raw().bytes(), at.from(), at.length())) {
            parser.nextToken();
            var version = "";
            var client = "";
            var capabilities = new HashMap<String, String>();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                var name = parser.currentName();
                var value = parser.nextToken();
                if (name.equals("protocolVersion") && value == JsonToken.VALUE_STRING) {
                    version = parser.getString();
                } else if (name.equals("clientInfo") && value == JsonToken.START_OBJECT) {
                    client = readClientInfo(parser);
                } else if (name.equals("capabilities") && value == JsonToken.START_OBJECT) {
                    readCapabilities(parser, request.raw().bytes(), at.from(), capabilities);
                } else {
                    parser.skipChildren();
                }
            }
            return new InitializeRequest(version, client, capabilities);
        } catch (JacksonException e) {
            return new InitializeRequest("", "", Map.of());
        }
    }

    /** The version to respond with: the requested one if it is supported, else the latest. */
    public ProtocolVersion negotiatedVersion() {
        var supported = ProtocolVersion.find(protocolVersion);
        return supported == null ? ProtocolVersion.LATEST : supported;
    }

    private static void readCapabilities(JsonParser parser, byte[] bytes, int offset, Map<String, String> into) {
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            var name = parser.currentName();
            parser.nextToken();
            var from = (int) parser.currentTokenLocation().getByteOffset();
            parser.skipChildren();
            parser.finishToken();
            var to = (int) parser.currentLocation().getByteOffset();
            if (KNOWN_CAPABILITIES.contains(name) && to - from <= MAX_CAPABILITY_BYTES && bytes[offset + from] == '{') {
                into.put(name, new String(bytes, offset + from, to - from, StandardCharsets.UTF_8));
            }
        }
    }

    private static String readClientInfo(JsonParser parser) {
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
        return text.substring(0, Math.min(text.length(), MAX_CLIENT_INFO_LENGTH));
    }
}
