package com.kruxos.operator;

import com.kruxos.web.http.BodyReader;
import com.kruxos.web.http.Problem;
import com.kruxos.web.http.ProblemException;
import com.kruxos.web.http.RequestParts;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.eclipse.jetty.server.Request;

/**
 * The fields of a submitted form, as bytes: a passphrase never becomes a String, and {@link #close} wipes all fields.
 * Not thread-safe.
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

    /** @throws ProblemException if the body is not a valid form */
    static FormData read(Request request) {
        if (!RequestParts.mediaType(request).equals(TYPE)) {
            throw new ProblemException(Problem.wrongMediaType(TYPE));
        }
        var body = BodyReader.read(request, TYPE, MAX_BYTES);
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
     * Empty if it was not sent. Read all text fields before changing anything.
     *
     * @throws ProblemException if it is not UTF-8
     */
    String text(String name) {
        return decodeUtf8(secret(name));
    }

    /** Empty if it was not sent. Not a copy: {@link #close} wipes it. */
    byte[] secret(String name) {
        return fields.getOrDefault(name, new byte[0]);
    }

    @Override
    public void close() {
        fields.values().forEach(field -> Arrays.fill(field, (byte) 0));
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
            throw malformed("it has more than " + MAX_FIELDS + " fields, or a field twice");
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

    /** Rejects malformed input instead of replacing it. */
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

    private static ProblemException malformed(String detail) {
        return PageErrors.of(400, "Invalid form", detail, "go back and submit the form again");
    }
}
