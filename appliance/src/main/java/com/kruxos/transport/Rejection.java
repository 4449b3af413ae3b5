package com.kruxos.transport;

import com.kruxos.transport.Failure.Kind;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** What a status that is no success says about the message. */
final class Rejection {
    private static final JsonFactory JSON = JsonFactory.builder().build();

    /** Said before anything is done: wrong method, form, size; too many, not ready. */
    private static final Set<Integer> NOT_TAKEN = Set.of(405, 406, 411, 413, 414, 415, 429, 431, 503);

    private Rejection() {}

    static Failure of(int status) {
        var kind = NOT_TAKEN.contains(status) ? Kind.NOT_TAKEN : Kind.LOST;
        return new Failure(kind, "it answered with status " + status + meaning(status));
    }

    private static String meaning(int status) {
        return switch (status) {
            case 403 -> " (forbidden)";
            case 404 -> " (nothing there)";
            case 405, 406, 415 -> " (it does not speak MCP there)";
            case 413 -> " (the message is too large for it)";
            case 429 -> " (too many requests)";
            case 503 -> " (not available)";
            default -> "";
        };
    }

    /**
     * Whether it is a JSON-RPC error without an id: what a server says about a message it has not read. Only the place
     * of things is looked at, never their text.
     */
    static boolean unread(byte[] body) {
        var error = false;
        try (var parser = JSON.createParser(ObjectReadContext.empty(), body)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return false;
            }
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                var name = parser.currentName();
                var value = parser.nextToken();
                if (name.equals("id") && value != JsonToken.VALUE_NULL) {
                    return false;
                }
                error |= name.equals("error") && value == JsonToken.START_OBJECT;
                parser.skipChildren();
            }
            return error;
        } catch (JacksonException e) {
            return false;
        }
    }
}
