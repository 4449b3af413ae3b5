package com.kruxos.transport;

import com.kruxos.rpc.JsonRpcErrors;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** Derives from an error status, and the JSON-RPC error in its body, what became of a message. */
final class StatusMapping {
    private static final JsonFactory JSON = JsonFactory.builder().build();

    /** Sent before a message is processed: wrong method, format or size; too many requests; unavailable. */
    private static final Set<Integer> STATUSES_BEFORE_PROCESSING = Set.of(405, 406, 411, 413, 414, 415, 429, 431, 503);

    private StatusMapping() {}

    static DeliveryFailure toFailure(int status) {
        var reason = "the server answered with status " + status + explanation(status);
        return STATUSES_BEFORE_PROCESSING.contains(status)
                ? DeliveryFailure.notTaken(reason)
                : DeliveryFailure.lost(reason);
    }

    private static String explanation(int status) {
        return switch (status) {
            case 403 -> " (forbidden)";
            case 404 -> " (not found)";
            case 405, 406, 415 -> " (not an MCP endpoint)";
            case 413 -> " (message too large)";
            case 429 -> " (too many requests)";
            case 503 -> " (unavailable)";
            default -> "";
        };
    }

    /** A JSON-RPC error without an id: the server did not process the message. */
    enum UnidentifiedError {
        /** There is no such error. */
        NONE,
        /** Any code but the following: from a server with sessions, that it does not know this one. */
        UNKNOWN_SESSION,
        /** The server could not parse the message, or found it invalid. */
        INVALID_MESSAGE
    }

    private static final Set<Integer> INVALID_MESSAGE_CODES =
            Set.of(JsonRpcErrors.PARSE_ERROR, JsonRpcErrors.INVALID_REQUEST, JsonRpcErrors.INVALID_PARAMS);

    /** Uses the structure and the error code only, never the server's texts. */
    static UnidentifiedError classifyError(byte[] body) {
        var error = UnidentifiedError.NONE;
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
                    error = INVALID_MESSAGE_CODES.contains(readErrorCode(parser))
                            ? UnidentifiedError.INVALID_MESSAGE
                            : UnidentifiedError.UNKNOWN_SESSION;
                } else {
                    parser.skipChildren();
                }
            }
            return error;
        } catch (JacksonException e) {
            return UnidentifiedError.NONE;
        }
    }

    /** Reads the error object to its end; 0 when it has no code. */
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
