package com.kruxos.tokenapi;

import com.kruxos.web.http.Problem;
import com.kruxos.web.http.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Locale;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;

/** Reads the body of a request into one array that can be wiped, up to the limit of its kind. */
final class BodyReader {
    private static final String JSON = "application/json";
    private static final String OCTET_STREAM = "application/octet-stream";

    /** A body that does not say how long it is grows from here. */
    private static final int INITIAL_CAPACITY = 4 * 1024;

    private BodyReader() {}

    static byte[] read(Request request, ApiRoute.BodyKind takes) {
        return switch (takes) {
            case NONE -> requireNone(request);
            case JSON -> read(request, JSON, ApiHandler.MAX_JSON_BYTES);
            case OCTET_STREAM -> read(request, OCTET_STREAM, ApiHandler.MAX_SECRET_BYTES);
        };
    }

    private static byte[] requireNone(Request request) {
        if (request.getLength() > 0) {
            throw ProblemException.invalid("this request takes no body", "send none");
        }
        return new byte[0];
    }

    private static byte[] read(Request request, String type, int limit) {
        if (request.getLength() > limit) {
            throw new ProblemException(Problem.tooLarge(limit));
        }
        byte[] bytes;
        try (var stream = Request.asInputStream(request)) {
            bytes = readUpTo(stream, Math.toIntExact(Math.max(request.getLength(), INITIAL_CAPACITY)), limit);
        } catch (IOException e) {
            throw ProblemException.invalid("the body ended early", "send as many bytes as were announced");
        }
        if (bytes.length > 0 && !type.equals(mediaType(request))) {
            Arrays.fill(bytes, (byte) 0);
            throw new ProblemException(Problem.wrongMediaType(type));
        }
        return bytes;
    }

    /** Every array that is given up on the way is wiped: it may hold a secret. */
    private static byte[] readUpTo(InputStream stream, int expected, int limit) throws IOException {
        var bytes = new byte[expected];
        var length = 0;
        try {
            for (var count = stream.read(bytes);
                    count >= 0;
                    count = stream.read(bytes, length, bytes.length - length)) {
                length += count;
                if (length > limit) {
                    throw new ProblemException(Problem.tooLarge(limit));
                }
                if (length == bytes.length) {
                    bytes = moveTo(bytes, 2 * length);
                }
            }
            return moveTo(bytes, length);
        } catch (IOException | RuntimeException e) {
            Arrays.fill(bytes, (byte) 0);
            throw e;
        }
    }

    private static byte[] moveTo(byte[] from, int length) {
        var to = Arrays.copyOf(from, length);
        Arrays.fill(from, (byte) 0);
        return to;
    }

    private static String mediaType(Request request) {
        var header = request.getHeaders().get(HttpHeader.CONTENT_TYPE);
        return header == null ? "" : header.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    }
}
