package com.kruxos.transport;

import com.kruxos.rpc.JsonRpcErrors;
import com.kruxos.transport.DeliveryFailure.FailureKind;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** What a status that is no success says about the message. */
final class StatusMapping {
    private static final JsonFactory JSON = JsonFactory.builder().build();

    /** Said before anything is done: wrong method, form, size; too many, not ready. */
    private static final Set<Integer> STATUSES_BEFORE_PROCESSING = Set.of(405, 406, 411, 413, 414, 415, 429, 431, 503);

    private StatusMapping() {}

    static DeliveryFailure toFailure(int status) {
        var kind = STATUSES_BEFORE_PROCESSING.contains(status) ? FailureKind.NOT_TAKEN : FailureKind.LOST;
        return new DeliveryFailure(kind, "it answered with status " + status + explanation(status));
    }

    private static String explanation(int status) {
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
    enum UnidentifiedError {
        /** It is no such error. */
        NONE,
        /** Any other reason: of a server that wants a session, that it does not know this one. */
        UNKNOWN_SESSION,
        /** The message is not what the server takes for one. */
        INVALID_MESSAGE
    }

    private static final Set<Integer> INVALID_MESSAGE_CODES =
            Set.of(JsonRpcErrors.PARSE_ERROR, JsonRpcErrors.INVALID_REQUEST, JsonRpcErrors.INVALID_PARAMS);

    /** Only the place of things is looked at, and the error's code; never their text. */
    static UnidentifiedError classifyError(byte[] body) {
        var unread = UnidentifiedError.NONE;
        try (var parser = JSON.createParser(ObjectReadContext.empty(), body)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return UnidentifiedError.NONE;
            }
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                var name = parser.currentName();
                var value = parser.nextToken();
                if (name.equals("id") && value != JsonToken.VALUE_NULL) {
                    return UnidentifiedError.NONE;
                }
                if (name.equals("error") && value == JsonToken.START_OBJECT) {
                    unread = INVALID_MESSAGE_CODES.contains(readErrorCode(parser))
                            ? UnidentifiedError.INVALID_MESSAGE
                            : UnidentifiedError.UNKNOWN_SESSION;
                } else {
                    parser.skipChildren();
                }
            }
            return unread;
        } catch (JacksonException e) {
            return UnidentifiedError.NONE;
        }
    }

    /** The code of the error the parser stands in, which is read to its end; 0 when it has none. */
    private static int readErrorCode(JsonParser parser) {
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
