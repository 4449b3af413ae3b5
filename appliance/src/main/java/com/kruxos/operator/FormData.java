package com.kruxos.operator;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;

/**
 * What a form sent, as bytes: a passphrase among it is never a String, and all of it is wiped on closing. Not safe for
 * several threads.
 */
final class FormData implements AutoCloseable {
    static final int MAX_BYTES = 16 << 10;

    private static final String TYPE = "application/x-www-form-urlencoded";
    private static final int MAX_FIELDS = 32;

    private final Map<String, byte[]> fields = new HashMap<>();

    private FormData() {}

    static FormData empty() {
        return new FormData();
    }

    /**
     * Reads the body of a request.
     *
     * @throws PageError when it is no form, or not as we take it
     */
    static FormData read(Request request) {
        var type = request.getHeaders().get(HttpHeader.CONTENT_TYPE);
        if (type == null
                || !type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT).equals(TYPE)) {
            throw new PageError(415, "This is not a form", "the body is not declared as " + TYPE);
        }
        var body = readBody(request);
        var form = new FormData();
        try {
            form.parse(body);
            return form;
        } catch (RuntimeException e) {
            form.close();
            throw e;
        } finally {
            Arrays.fill(body, (byte) 0);
        }
    }

    /**
     * A field as text; empty when it was not sent.
     *
     * @throws PageError when it is none: to be asked before anything is done
     */
    String text(String name) {
        return decodeUtf8(secret(name));
    }

    /** A field as it was sent; empty when it was not. Not a copy: it is zeros once this is closed. */
    byte[] secret(String name) {
        return fields.getOrDefault(name, new byte[0]);
    }

    @Override
    public void close() {
        fields.values().forEach(field -> Arrays.fill(field, (byte) 0));
    }

    private static byte[] readBody(Request request) {
        var bytes = new byte[MAX_BYTES + 1];
        try (var stream = Request.asInputStream(request)) {
            var length = stream.readNBytes(bytes, 0, bytes.length);
            if (length > MAX_BYTES) {
                Arrays.fill(bytes, (byte) 0);
                throw new PageError(413, "Too large", "a form has at most " + MAX_BYTES + " bytes");
            }
            var exact = Arrays.copyOf(bytes, length);
            Arrays.fill(bytes, (byte) 0);
            return exact;
        } catch (IOException e) {
            Arrays.fill(bytes, (byte) 0);
            throw new PageError(400, "The request is not valid", "the body ended early");
        }
    }

    private void parse(byte[] body) {
        for (var at = 0; at < body.length; ) {
            var end = indexOf(body, '&', at, body.length);
            if (end > at) {
                parseField(body, at, end);
            }
            at = end + 1;
        }
    }

    private void parseField(byte[] body, int from, int to) {
        var equals = indexOf(body, '=', from, to);
        var name = decodeUtf8(percentDecode(body, from, equals));
        if (name.isEmpty()) {
            throw malformed("a field has no name");
        }
        var value = percentDecode(body, Math.min(equals + 1, to), to);
        if (fields.size() >= MAX_FIELDS || fields.putIfAbsent(name, value) != null) {
            Arrays.fill(value, (byte) 0);
            throw malformed("it has more than " + MAX_FIELDS + " fields, or one of them twice");
        }
    }

    private static byte[] percentDecode(byte[] body, int from, int to) {
        var value = new byte[to - from];
        var length = 0;
        for (var at = from; at < to; at++) {
            value[length++] = switch (body[at]) {
                case '+' -> ' ';
                case '%' -> {
                    if (to - at < 3 || !HexFormat.isHexDigit(body[at + 1]) || !HexFormat.isHexDigit(body[at + 2])) {
                        Arrays.fill(value, (byte) 0);
                        throw malformed("it is not percent-encoded");
                    }
                    at += 2;
                    yield (byte) (HexFormat.fromHexDigit(body[at - 1]) << 4 | HexFormat.fromHexDigit(body[at]));
                }
                default -> body[at];
            };
        }
        var exact = Arrays.copyOf(value, length);
        Arrays.fill(value, (byte) 0);
        return exact;
    }

    /** Never with something else in place of what is wrong: that would be another text than was sent. */
    private static String decodeUtf8(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw malformed("it is not in UTF-8");
        }
    }

    private static int indexOf(byte[] body, char wanted, int from, int to) {
        var at = from;
        while (at < to && body[at] != wanted) {
            at++;
        }
        return at;
    }

    private static PageError malformed(String why) {
        return new PageError(400, "The form cannot be read", why);
    }
}
