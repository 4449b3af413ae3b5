package com.kruxos.web.http;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.eclipse.jetty.server.Request;

/** Reads request bodies into arrays that the caller wipes. Arrays given up on the way are wiped here. */
public final class BodyReader {
    /** The size of the first array for a body without {@code Content-Length}. */
    private static final int INITIAL_CAPACITY = 4 << 10;

    private BodyReader() {}

    /**
     * Refuses a request with a body.
     *
     * @throws ProblemException 400 if the request announces a body
     */
    public static void requireNone(Request request) {
        if (request.getLength() > 0) {
            throw ProblemException.invalid("this request takes no body", "send it without a body");
        }
    }

    /**
     * Reads the whole body. An empty body needs no media type.
     *
     * @throws ProblemException 400 if the body ends early, 413 if it is longer than {@code limit}, 415 if it has
     *     another media type
     */
    public static byte[] read(Request request, String mediaType, int limit) {
        if (request.getLength() > limit) {
            throw new ProblemException(Problem.tooLarge(limit));
        }
        var bytes = read(request, limit);
        if (bytes.length > 0 && !mediaType.equals(RequestParts.mediaType(request))) {
            Arrays.fill(bytes, (byte) 0);
            throw new ProblemException(Problem.wrongMediaType(mediaType));
        }
        return bytes;
    }

    private static byte[] read(Request request, int limit) {
        try (var stream = Request.asInputStream(request)) {
            return read(stream, Math.toIntExact(Math.max(request.getLength(), INITIAL_CAPACITY)), limit);
        } catch (IOException e) {
            throw ProblemException.invalid(
                    "the body is shorter than announced", "send as many bytes as Content-Length says");
        }
    }

    private static byte[] read(InputStream stream, int capacity, int limit) throws IOException {
        var bytes = new byte[capacity];
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
}
