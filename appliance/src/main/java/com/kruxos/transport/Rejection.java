package com.kruxos.transport;

import com.kruxos.rpc.Errors;
import com.kruxos.transport.Failure.Kind;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
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

    /** What a JSON-RPC error without an id says: the server has not read the message, for one of two reasons. */
    enum Unread {
        /** It is no such error. */
        NO,
        /** Any other reason: of a server that wants a session, that it does not know this one. */
        SESSION,
        /** The message is not what the server takes for one. */
        MESSAGE
    }

    private static final Set<Integer> MESSAGE = Set.of(Errors.PARSE, Errors.INVALID_REQUEST, Errors.INVALID_PARAMS);

    /** Only the place of things is looked at, and the error's code; never their text. */
    static Unread unread(byte[] body) {
        var unread = Unread.NO;
        try (var parser = JSON.createParser(ObjectReadContext.empty(), body)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return Unread.NO;
            }
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                var name = parser.currentName();
                var value = parser.nextToken();
                if (name.equals("id") && value != JsonToken.VALUE_NULL) {
                    return Unread.NO;
                }
                if (name.equals("error") && value == JsonToken.START_OBJECT) {
                    unread = MESSAGE.contains(code(parser)) ? Unread.MESSAGE : Unread.SESSION;
                } else {
                    parser.skipChildren();
                }
            }
            return unread;
        } catch (JacksonException e) {
            return Unread.NO;
        }
    }

    /** The code of the error the parser stands in, which is read to its end; 0 when it has none. */
    private static int code(JsonParser parser) {
        var code = 0;
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            var name = parser.currentName();
            if (parser.nextToken() == JsonToken.VALUE_NUMBER_INT && name.equals("code")) {
                code = parser.getIntValue();
            } else {
                parser.skipChildren();
            }
        }
        return code;
    }
}
