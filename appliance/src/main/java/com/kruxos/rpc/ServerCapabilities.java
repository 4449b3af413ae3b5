package com.kruxos.rpc;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * What the appliance uses of a server's response to {@code initialize}.
 *
 * @param names the capabilities it declares
 * @param subscribe whether resources can be subscribed to
 */
public record ServerCapabilities(ProtocolVersion protocolVersion, Set<String> names, boolean subscribe) {
    public ServerCapabilities {
        names = Set.copyOf(names);
    }

    private static final JsonFactory JSON = new JsonFactory();

    /** Reads the {@code result}; null when it is invalid, or its protocol version is not supported. */
    public static @Nullable ServerCapabilities read(RawMessage reply) {
        var at = reply.payloadSpan();
        if (at == null) {
            return null;
        }
        try (var parser = JSON.createParser(ObjectReadContext.empty(), reply.bytes(), at.from(), at.length())) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            var version = "";
            var names = new HashSet<String>();
            var subscribe = false;
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                var name = parser.currentName();
                var value = parser.nextToken();
                if (name.equals("protocolVersion") && value == JsonToken.VALUE_STRING) {
                    version = parser.getString();
                } else if (name.equals("capabilities") && value == JsonToken.START_OBJECT) {
                    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                        var capability = parser.currentName();
                        names.add(capability);
                        var inner = parser.nextToken();
                        if (capability.equals("resources") && inner == JsonToken.START_OBJECT) {
                            subscribe = readFlag(parser, "subscribe");
                        } else {
                            parser.skipChildren();
                        }
                    }
                } else {
                    parser.skipChildren();
                }
            }
            var supported = ProtocolVersion.find(version);
            return supported == null ? null : new ServerCapabilities(supported, names, subscribe);
        } catch (JacksonException e) {
            return null;
        }
    }

    private static boolean readFlag(JsonParser parser, String name) {
        var set = false;
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            var wanted = parser.currentName().equals(name);
            set |= parser.nextToken() == JsonToken.VALUE_TRUE && wanted;
            parser.skipChildren();
        }
        return set;
    }
}
