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
 * Reads the envelope of one JSON-RPC message and steps over the rest.
 *
 * <p>Two readers must never see two different calls in the same bytes, so broken UTF-8, a byte-order mark, trailing
 * data and, in what an agent sends, a name twice in any object are refused. What a server answers is not ours to judge:
 * there only the envelope may not name a thing twice.
 */
public final class Codec {
    /** Deeper messages are refused; an honest one is seldom deeper than twenty. */
    private static final int DEEPEST = 200;

    private static final int LONGEST_NAME = 1_024;

    private static final StreamReadConstraints LIMITS = StreamReadConstraints.builder()
            .maxNestingDepth(DEEPEST)
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

    private Codec() {}

    /** Reads what an agent sent. */
    public static Message fromAgent(byte[] frame) {
        return read(frame, STRICT);
    }

    /** Reads what an MCP server sent. */
    public static Message fromServer(byte[] frame) {
        return read(frame, LENIENT);
    }

    private static Message read(byte[] frame, JsonFactory factory) {
        if (!Utf8.valid(frame)) {
            return new Message.Malformed(null, Errors.PARSE, "not valid UTF-8");
        }
        if (frame.length >= 3 && frame[0] == (byte) 0xEF && frame[1] == (byte) 0xBB && frame[2] == (byte) 0xBF) {
            return new Message.Malformed(null, Errors.PARSE, "starts with a byte-order mark");
        }
        try (var parser = factory.createParser(ObjectReadContext.empty(), frame)) {
            return new Reading(parser, frame).message();
        } catch (JacksonException e) {
            return new Message.Malformed(null, Errors.PARSE, reason(e));
        }
    }

    /** The parser's own words, without the piece of the message it likes to quote. */
    private static String reason(JacksonException e) {
        if (e instanceof StreamReadException) {
            var at = e.getLocation() == null ? -1 : e.getLocation().getByteOffset();
            var said = Objects.requireNonNullElse(e.getOriginalMessage(), "");
            var what = said.startsWith("Duplicate") ? "a name appears twice in one object" : "not valid JSON";
            return at < 0 ? what : what + " near byte " + at;
        }
        return "too deep or too large";
    }

    /** One pass over one message. */
    private static final class Reading {
        private final JsonParser parser;
        private final byte[] bytes;

        private @Nullable Id id;
        private @Nullable Span idAt;
        private @Nullable String method;
        private @Nullable Span methodAt;
        private @Nullable Params params;
        private @Nullable Span payload;
        private boolean error;
        private boolean versioned;
        private @Nullable String complaint;
        private int complaintCode = Errors.INVALID_REQUEST;

        Reading(JsonParser parser, byte[] bytes) {
            this.parser = parser;
            this.bytes = bytes;
        }

        Message message() {
            var first = parser.nextToken();
            if (first != JsonToken.START_OBJECT) {
                parser.skipChildren();
                endOfInput();
                return new Message.Malformed(
                        null,
                        first == null ? Errors.PARSE : Errors.INVALID_REQUEST,
                        first == JsonToken.START_ARRAY
                                ? "batches are not accepted here"
                                : "a message is a JSON object");
            }
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                member(parser.currentName());
            }
            endOfInput();
            return complaint == null ? made() : new Message.Malformed(id, complaintCode, complaint);
        }

        private void endOfInput() {
            if (parser.nextToken() != null) {
                complain("more than one JSON value");
                complaintCode = Errors.PARSE;
            }
        }

        private void member(String name) {
            var token = parser.nextToken();
            switch (name) {
                case "jsonrpc" -> {
                    once(!versioned, name);
                    versioned = true;
                    if (token != JsonToken.VALUE_STRING || !parser.getString().equals("2.0")) {
                        complain("jsonrpc must be \"2.0\"");
                    }
                }
                case "id" -> {
                    once(idAt == null, name);
                    idAt = span();
                    id = idOf(token, idAt);
                    if (id == null) {
                        complain("id must be a string or an integer");
                    }
                }
                case "method" -> {
                    once(methodAt == null, name);
                    methodAt = span();
                    method = token == JsonToken.VALUE_STRING ? bounded(parser.getString()) : null;
                    if (method == null) {
                        complain("method must be a string of at most " + LONGEST_NAME + " characters");
                    }
                }
                case "params" -> {
                    once(params == null, name);
                    params = params(token);
                }
                case "result", "error" -> {
                    once(payload == null, name);
                    error = name.equals("error");
                    payload = span();
                }
                default -> parser.skipChildren();
            }
        }

        private Params params(JsonToken token) {
            var from = (int) parser.currentTokenLocation().getByteOffset();
            if (token != JsonToken.START_OBJECT) {
                parser.skipChildren();
                complain("params must be an object");
                complaintCode = Errors.INVALID_PARAMS;
                return Params.NONE;
            }
            var reader = new ParamsReader();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                reader.member(parser.currentName());
            }
            return reader.params(new Span(from, (int) parser.currentLocation().getByteOffset()));
        }

        private Message made() {
            if (!versioned) {
                return malformed("jsonrpc is missing");
            }
            var frame = new Frame(bytes, idAt, methodAt, payload);
            if (method != null) {
                if (payload != null) {
                    return malformed("a message has either a method or a result");
                }
                var known = params == null ? Params.NONE : params;
                return id == null
                        ? new Message.Notification(method, known, frame)
                        : new Message.Request(id, method, known, frame);
            }
            if (payload == null) {
                return malformed("a message has a method, a result or an error");
            }
            return id == null ? malformed("an answer without an id") : new Message.Reply(id, error, frame);
        }

        private Message malformed(String reason) {
            return new Message.Malformed(id, Errors.INVALID_REQUEST, reason);
        }

        private void once(boolean first, String name) {
            if (!first) {
                complain("the message names " + name + " twice");
            }
        }

        private void complain(String reason) {
            if (complaint == null) {
                complaint = reason;
            }
        }

        /** Where the value just begun stands; steps behind it. */
        private Span span() {
            var from = (int) parser.currentTokenLocation().getByteOffset();
            parser.skipChildren();
            parser.finishToken();
            return new Span(from, (int) parser.currentLocation().getByteOffset());
        }

        private @Nullable Id idOf(JsonToken token, Span at) {
            if (at.length() > LONGEST_NAME) {
                return null;
            }
            return switch (token) {
                case VALUE_STRING -> new Id(parser.getString(), true, text(at));
                case VALUE_NUMBER_INT -> new Id(parser.getString(), false, text(at));
                default -> null;
            };
        }

        private String text(Span at) {
            return new String(bytes, at.from(), at.length(), StandardCharsets.UTF_8);
        }

        private @Nullable String bounded(String text) {
            return text.length() <= LONGEST_NAME ? text : null;
        }

        private final class ParamsReader {
            private @Nullable String name;
            private @Nullable Span nameAt;
            private @Nullable Id token;
            private @Nullable Span tokenAt;
            private @Nullable Id requestId;
            private @Nullable Span requestIdAt;
            private @Nullable String cursor;
            private @Nullable Span arguments;
            private @Nullable String uri;
            private @Nullable Span uriAt;
            private Params.@Nullable Ref ref;
            private @Nullable String level;

            void member(String member) {
                var value = parser.nextToken();
                switch (member) {
                    case "name" -> {
                        if (value == JsonToken.VALUE_STRING) {
                            nameAt = span();
                            name = parser.getString();
                        } else {
                            parser.skipChildren();
                        }
                    }
                    case "progressToken" -> token(value);
                    case "_meta" -> meta(value);
                    case "requestId" -> {
                        requestIdAt = span();
                        requestId = idOf(value, requestIdAt);
                    }
                    // What is no string stays what was written: no cursor of ours, and not none either.
                    case "cursor" ->
                        cursor = switch (value) {
                            case VALUE_STRING -> parser.getString();
                            case VALUE_NULL -> null;
                            default -> text(span());
                        };
                    case "arguments" -> arguments = span();
                    case "uri" -> {
                        if (value == JsonToken.VALUE_STRING) {
                            uriAt = span();
                            uri = parser.getString();
                        } else {
                            parser.skipChildren();
                        }
                    }
                    case "ref" -> ref = ref(value);
                    case "level" -> {
                        if (value == JsonToken.VALUE_STRING) {
                            level = bounded(parser.getString());
                        } else {
                            parser.skipChildren();
                        }
                    }
                    default -> parser.skipChildren();
                }
            }

            private void meta(JsonToken value) {
                if (value != JsonToken.START_OBJECT) {
                    parser.skipChildren();
                    return;
                }
                while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                    var progress = parser.currentName().equals("progressToken");
                    var inner = parser.nextToken();
                    if (progress) {
                        token(inner);
                    } else {
                        parser.skipChildren();
                    }
                }
            }

            /**
             * A server may go by the type or by what is there: only where both say the same it is clear what is meant.
             */
            private Params.@Nullable Ref ref(JsonToken value) {
                if (value != JsonToken.START_OBJECT) {
                    parser.skipChildren();
                    return null;
                }
                String type = null;
                String refName = null;
                Span refNameAt = null;
                String refUri = null;
                Span refUriAt = null;
                while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                    var member = parser.currentName();
                    var string = parser.nextToken() == JsonToken.VALUE_STRING;
                    switch (member) {
                        case "type" -> type = string ? parser.getString() : null;
                        case "name" -> {
                            refNameAt = span();
                            refName = string ? parser.getString() : null;
                        }
                        case "uri" -> {
                            refUriAt = span();
                            refUri = string ? parser.getString() : null;
                        }
                        default -> {}
                    }
                    parser.skipChildren();
                }
                if ("ref/prompt".equals(type) && refName != null && refNameAt != null && refUriAt == null) {
                    return new Params.Ref(Kind.PROMPT, refName, refNameAt);
                }
                if ("ref/resource".equals(type) && refUri != null && refUriAt != null && refNameAt == null) {
                    return new Params.Ref(Kind.TEMPLATE, refUri, refUriAt);
                }
                return null;
            }

            private void token(JsonToken value) {
                tokenAt = span();
                token = idOf(value, tokenAt);
                if (token == null) {
                    complain("progressToken must be a string or an integer");
                    complaintCode = Errors.INVALID_PARAMS;
                }
            }

            Params params(Span at) {
                return new Params(
                        at,
                        name,
                        nameAt,
                        token,
                        tokenAt,
                        requestId,
                        requestIdAt,
                        cursor,
                        arguments,
                        uri,
                        uriAt,
                        ref,
                        level);
            }
        }
    }
}
