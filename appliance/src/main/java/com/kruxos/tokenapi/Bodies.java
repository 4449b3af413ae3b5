package com.kruxos.tokenapi;

import com.kruxos.web.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Locale;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;

/** Reads the body of a request into one array that can be wiped, up to the limit of its kind. */
final class Bodies {
    private static final String JSON = "application/json";
    private static final String OCTETS = "application/octet-stream";

    /** A body that does not say how long it is grows from here. */
    private static final int FIRST = 4 * 1024;

    private Bodies() {}

    static byte[] read(Request request, Route.Takes takes) {
        return switch (takes) {
            case NOTHING -> none(request);
            case JSON -> read(request, JSON, Door.LARGEST_JSON);
            case OCTETS -> read(request, OCTETS, Door.LARGEST_SECRET);
        };
    }

    private static byte[] none(Request request) {
        if (request.getLength() > 0) {
            throw Unacceptable.invalid("this request takes no body", "send none");
        }
        return new byte[0];
    }

    private static byte[] read(Request request, String type, int limit) {
        if (request.getLength() > limit) {
            throw new Unacceptable(Problem.tooLarge(limit));
        }
        byte[] bytes;
        try (var stream = Request.asInputStream(request)) {
            bytes = all(stream, Math.toIntExact(Math.max(request.getLength(), FIRST)), limit);
        } catch (IOException e) {
            throw Unacceptable.invalid("the body ended early", "send as many bytes as were announced");
        }
        if (bytes.length > 0 && !type.equals(mediaType(request))) {
            Arrays.fill(bytes, (byte) 0);
            throw new Unacceptable(Problem.wrongMediaType(type));
        }
        return bytes;
    }

    /** Every array that is given up on the way is wiped: it may hold a secret. */
    private static byte[] all(InputStream stream, int expected, int limit) throws IOException {
        var bytes = new byte[expected];
        var length = 0;
        try {
            for (var count = stream.read(bytes);
                    count >= 0;
                    count = stream.read(bytes, length, bytes.length - length)) {
                length += count;
                if (length > limit) {
                    throw new Unacceptable(Problem.tooLarge(limit));
                }
                if (length == bytes.length) {
                    bytes = moved(bytes, 2 * length);
                }
            }
            return moved(bytes, length);
        } catch (IOException | RuntimeException e) {
            Arrays.fill(bytes, (byte) 0);
            throw e;
        }
    }

    private static byte[] moved(byte[] from, int length) {
        var to = Arrays.copyOf(from, length);
        Arrays.fill(from, (byte) 0);
        return to;
    }

    private static String mediaType(Request request) {
        var header = request.getHeaders().get(HttpHeader.CONTENT_TYPE);
        return header == null ? "" : header.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    }
}
