package com.kruxos.rpc;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads the members of one JSON-RPC message and skips the rest.
 *
 * <p>Two readers must never see two different calls in the same bytes. So invalid UTF-8, a byte-order mark and trailing
 * data are rejected, and duplicate members anywhere in an agent's message. In a server's message only duplicate members
 * of the message itself are rejected: its result is forwarded as it is.
 */
public final class JsonRpcReader {
    /** Of nested objects and arrays. */
    private static final int MAX_DEPTH = 200;

    private static final int MAX_NAME_LENGTH = 1_024;

    private static final StreamReadConstraints LIMITS = StreamReadConstraints.builder()
            .maxNestingDepth(MAX_DEPTH)
            .maxNameLength(50_000)
            .maxNumberLength(1_000)
            .maxStringLength(Integer.MAX_VALUE)
            .build();

    static final JsonFactory STRICT = JsonFactory.builder()
            .streamReadConstraints(LIMITS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    private static final JsonFactory LENIENT =
            JsonFactory.builder().streamReadConstraints(LIMITS).build();

    private JsonRpcReader() {}

    public static Message readFromAgent(byte[] frame) {
        return read(frame, STRICT);
    }

    public static Message readFromServer(byte[] frame) {
        return read(frame, LENIENT);
    }

    private static Message read(byte[] frame, JsonFactory factory) {
        if (!Utf8.isValid(frame)) {
            return new Message.Malformed(null, JsonRpcErrors.PARSE_ERROR, "not valid UTF-8");
        }
        if (frame.length >= 3 && frame[0] == (byte) 0xEF && frame[1] == (byte) 0xBB && frame[2] == (byte) 0xBF) {
            return new Message.Malformed(null, JsonRpcErrors.PARSE_ERROR, "starts with a byte-order mark");
        }
        try (var parser = factory.createParser(ObjectReadContext.empty(), frame)) {
            return new MessageParser(parser, frame).parse();
        } catch (JacksonException e) {
            return new Message.Malformed(null, JsonRpcErrors.PARSE_ERROR, describe(e));
        }
    }

    /** What is wrong, without the piece of the message that the parser quotes. */
    private static String describe(JacksonException e) {
        if (e instanceof StreamReadException) {
            var at = e.getLocation() == null ? -1 : e.getLocation().getByteOffset();
            var text = Objects.requireNonNullElse(e.getOriginalMessage(), "");
            var problem = text.startsWith("Duplicate") ? "duplicate member in an object" : "not valid JSON";
            return at < 0 ? problem : problem + " near byte " + at;
        }
        return "too deep or too large";
    }

    /** Parses one message in one pass. */
    private static final class MessageParser {
        private final JsonParser parser;
        private final byte[] bytes;

        private @Nullable JsonRpcId id;
        private @Nullable ByteRange idSpan;
        private @Nullable String method;
        private @Nullable ByteRange methodSpan;
        private @Nullable Params params;
        private @Nullable ByteRange payloadSpan;
        private boolean isError;
        private boolean hasVersion;
        private @Nullable String problem;
        private int problemCode = JsonRpcErrors.INVALID_REQUEST;

        MessageParser(JsonParser parser, byte[] bytes) {
            this.parser = parser;
            this.bytes = bytes;
        }

        Message parse() {
            var first = parser.nextToken();
            if (first != JsonToken.START_OBJECT) {
                parser.skipChildren();
                requireEndOfInput();
                return new Message.Malformed(
                        null,
                        first == null ? JsonRpcErrors.PARSE_ERROR : JsonRpcErrors.INVALID_REQUEST,
                        first == JsonToken.START_ARRAY
                                ? "batches are not accepted"
                                : "a message must be a JSON object");
            }
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                readMember(parser.currentName());
            }
            requireEndOfInput();
            return problem == null ? toMessage() : new Message.Malformed(id, problemCode, problem);
        }

        private void requireEndOfInput() {
            if (parser.nextToken() != null) {
                reportProblem("more than one JSON value");
                problemCode = JsonRpcErrors.PARSE_ERROR;
            }
        }

        private void readMember(String name) {
            var token = parser.nextToken();
            switch (name) {
                case "jsonrpc" -> {
                    requireOnce(!hasVersion, name);
                    hasVersion = true;
                    if (token != JsonToken.VALUE_STRING || !parser.getString().equals("2.0")) {
                        reportProblem("jsonrpc must be \"2.0\"");
                    }
                }
                case "id" -> {
                    requireOnce(idSpan == null, name);
                    idSpan = readSpan();
                    id = readId(token, idSpan);
                    if (id == null) {
                        reportProblem("id must be a string or an integer");
                    }
                }
                case "method" -> {
                    requireOnce(methodSpan == null, name);
                    methodSpan = readSpan();
                    method = token == JsonToken.VALUE_STRING ? boundedOrNull(parser.getString()) : null;
                    if (method == null) {
                        reportProblem("method must be a string of at most " + MAX_NAME_LENGTH + " characters");
                    }
                }
                case "params" -> {
                    requireOnce(params == null, name);
                    params = readParams(token);
                }
                case "result", "error" -> {
                    requireOnce(payloadSpan == null, name);
                    isError = name.equals("error");
                    payloadSpan = readSpan();
                }
                default -> parser.skipChildren();
            }
        }

        private Params readParams(JsonToken token) {
            var from = (int) parser.currentTokenLocation().getByteOffset();
            if (token != JsonToken.START_OBJECT) {
                parser.skipChildren();
                reportProblem("params must be an object");
                problemCode = JsonRpcErrors.INVALID_PARAMS;
                return Params.NONE;
            }
            var reader = new ParamsReader();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                reader.readMember(parser.currentName());
            }
            return reader.toParams(
                    new ByteRange(from, (int) parser.currentLocation().getByteOffset()));
        }

        private Message toMessage() {
            if (!hasVersion) {
                return malformed("jsonrpc is missing");
            }
            var frame = new RawMessage(bytes, idSpan, methodSpan, payloadSpan);
            if (method != null) {
                if (payloadSpan != null) {
                    return malformed("a message must not have both a method and a result");
                }
                var known = params == null ? Params.NONE : params;
                return id == null
                        ? new Message.Notification(method, known, frame)
                        : new Message.Request(id, method, known, frame);
            }
            if (payloadSpan == null) {
                return malformed("a message needs a method, a result or an error");
            }
            return id == null ? malformed("a response needs an id") : new Message.Reply(id, isError, frame);
        }

        private Message malformed(String reason) {
            return new Message.Malformed(id, JsonRpcErrors.INVALID_REQUEST, reason);
        }

        private void requireOnce(boolean first, String name) {
            if (!first) {
                reportProblem("duplicate member " + name);
            }
        }

        private void reportProblem(String reason) {
            if (problem == null) {
                problem = reason;
            }
        }

        /** The span of the current value, which is skipped. */
        private ByteRange readSpan() {
            var from = (int) parser.currentTokenLocation().getByteOffset();
            parser.skipChildren();
            parser.finishToken();
            return new ByteRange(from, (int) parser.currentLocation().getByteOffset());
        }

        private @Nullable JsonRpcId readId(JsonToken token, ByteRange at) {
            if (at.length() > MAX_NAME_LENGTH) {
                return null;
            }
            return switch (token) {
                case VALUE_STRING -> new JsonRpcId(parser.getString(), true, textAt(at));
                case VALUE_NUMBER_INT -> new JsonRpcId(parser.getString(), false, textAt(at));
                default -> null;
            };
        }

        private String textAt(ByteRange at) {
            return new String(bytes, at.from(), at.length(), StandardCharsets.UTF_8);
        }

        private @Nullable String boundedOrNull(String text) {
            return text.length() <= MAX_NAME_LENGTH ? text : null;
        }

        private final class ParamsReader {
            private @Nullable String name;
            private @Nullable ByteRange nameSpan;
            private @Nullable JsonRpcId progressToken;
            private @Nullable ByteRange progressTokenSpan;
            private @Nullable JsonRpcId requestId;
            private @Nullable ByteRange requestIdSpan;
            private @Nullable String cursor;
            private @Nullable ByteRange argumentsSpan;
            private @Nullable String uri;
            private @Nullable ByteRange uriSpan;
            private Params.@Nullable CompletionRef ref;
            private @Nullable String level;

            void readMember(String member) {
                var value = parser.nextToken();
                switch (member) {
                    case "name" -> {
                        if (value == JsonToken.VALUE_STRING) {
                            nameSpan = readSpan();
                            name = parser.getString();
                        } else {
                            parser.skipChildren();
                        }
                    }
                    case "progressToken" -> readToken(value);
                    case "_meta" -> readMeta(value);
                    case "requestId" -> {
                        requestIdSpan = readSpan();
                        requestId = readId(value, requestIdSpan);
                    }
                    // A cursor that is not a string is kept as its JSON text: it is invalid, but not absent.
                    case "cursor" ->
                        cursor = switch (value) {
                            case VALUE_STRING -> parser.getString();
                            case VALUE_NULL -> null;
                            default -> textAt(readSpan());
                        };
                    case "arguments" -> argumentsSpan = readSpan();
                    case "uri" -> {
                        if (value == JsonToken.VALUE_STRING) {
                            uriSpan = readSpan();
                            uri = parser.getString();
                        } else {
                            parser.skipChildren();
                        }
                    }
                    case "ref" -> ref = readRef(value);
                    case "level" -> {
                        if (value == JsonToken.VALUE_STRING) {
                            level = boundedOrNull(parser.getString());
                        } else {
                            parser.skipChildren();
                        }
                    }
                    default -> parser.skipChildren();
                }
            }

            private void readMeta(JsonToken value) {
                if (value != JsonToken.START_OBJECT) {
                    parser.skipChildren();
                    return;
                }
                while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                    var progress = parser.currentName().equals("progressToken");
                    var inner = parser.nextToken();
                    if (progress) {
                        readToken(inner);
                    } else {
                        parser.skipChildren();
                    }
                }
            }

            /** A server may look at the type or at the members present, so both must agree. */
            private Params.@Nullable CompletionRef readRef(JsonToken value) {
                if (value != JsonToken.START_OBJECT) {
                    parser.skipChildren();
                    return null;
                }
                String type = null;
                String refName = null;
                ByteRange refNameAt = null;
                String refUri = null;
                ByteRange refUriAt = null;
                while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                    var member = parser.currentName();
                    var string = parser.nextToken() == JsonToken.VALUE_STRING;
                    switch (member) {
                        case "type" -> type = string ? parser.getString() : null;
                        case "name" -> {
                            refNameAt = readSpan();
                            refName = string ? parser.getString() : null;
                        }
                        case "uri" -> {
                            refUriAt = readSpan();
                            refUri = string ? parser.getString() : null;
                        }
                        default -> {}
                    }
                    parser.skipChildren();
                }
                if ("ref/prompt".equals(type) && refName != null && refNameAt != null && refUriAt == null) {
                    return new Params.CompletionRef(FeatureKind.PROMPT, refName, refNameAt);
                }
                if ("ref/resource".equals(type) && refUri != null && refUriAt != null && refNameAt == null) {
                    return new Params.CompletionRef(FeatureKind.TEMPLATE, refUri, refUriAt);
                }
                return null;
            }

            private void readToken(JsonToken value) {
                progressTokenSpan = readSpan();
                progressToken = readId(value, progressTokenSpan);
                if (progressToken == null) {
                    reportProblem("progressToken must be a string or an integer");
                    problemCode = JsonRpcErrors.INVALID_PARAMS;
                }
            }

            Params toParams(ByteRange at) {
                return new Params(
                        at,
                        name,
                        nameSpan,
                        progressToken,
                        progressTokenSpan,
                        requestId,
                        requestIdSpan,
                        cursor,
                        argumentsSpan,
                        uri,
                        uriSpan,
                        ref,
                        level);
            }
        }
    }
}
