package com.kruxos.cli;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * HTTP/1.1 over a socket, one connection for each request. A full HTTP client would add 260 to 380 ms to the start of
 * every command.
 */
final class SimpleHttpClient {
    private static final int MAX_HEAD_BYTES = 16 << 10;
    private static final int MAX_BODY_BYTES = 32 << 20;
    private static final Duration TIMEOUT = Duration.ofSeconds(90);

    private final ApiEndpoint endpoint;

    SimpleHttpClient(ApiEndpoint place) {
        this.endpoint = place;
    }

    /**
     * Sends one request and reads the whole response.
     *
     * @param head headers; names and values contain no line breaks
     * @throws IOException when nothing listens, or the response is not HTTP, too large, or later than 90 seconds
     */
    BufferedHttpResponse send(String method, String target, Map<String, String> head, byte[] body) throws IOException {
        try (var wire = DeadlineSocket.open(endpoint.address(), TIMEOUT)) {
            IOException unsent = null;
            try {
                wire.write(requestHead(endpoint, method, target, head, body.length));
                wire.write(body);
            } catch (IOException e) {
                // A server may respond and close before it has read the whole request: the response matters.
                unsent = e;
            }
            try {
                return readResponse(wire);
            } catch (IOException e) {
                throw unsent != null ? unsent : e;
            }
        }
    }

    private static byte[] requestHead(
            ApiEndpoint place, String method, String target, Map<String, String> head, int length) {
        var text = new StringBuilder()
                .append(method)
                .append(' ')
                .append(target)
                .append(" HTTP/1.1\r\nHost: ")
                .append(place.host())
                .append("\r\nConnection: close\r\n");
        head.forEach(
                (name, value) -> text.append(name).append(": ").append(value).append("\r\n"));
        if (length > 0 || !method.equals("GET")) {
            text.append("Content-Length: ").append(length).append("\r\n");
        }
        return text.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static BufferedHttpResponse readResponse(InputStream in) throws IOException {
        var left = new int[] {MAX_HEAD_BYTES};
        var status = readLine(in, left);
        if (!status.matches("HTTP/1\\.1 [1-5][0-9][0-9].*")) {
            throw new ProtocolException("the answer is not HTTP");
        }
        var head = new HashMap<String, String>();
        for (var line = readLine(in, left); !line.isEmpty(); line = readLine(in, left)) {
            var colon = line.indexOf(':');
            if (colon > 0) {
                head.put(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip());
            }
        }
        return new BufferedHttpResponse(Integer.parseInt(status.substring(9, 12)), readBody(in, head));
    }

    private static byte[] readBody(InputStream in, Map<String, String> head) throws IOException {
        if (head.getOrDefault("transfer-encoding", "").equalsIgnoreCase("chunked")) {
            return readChunks(in);
        }
        var length = head.get("content-length");
        return length == null ? readRest(in) : readExactly(in, parseSize(length, 10, MAX_BODY_BYTES));
    }

    private static byte[] readChunks(InputStream in) throws IOException {
        var body = new byte[0];
        while (true) {
            var line = readLine(in, new int[] {MAX_HEAD_BYTES});
            var size = parseSize(line.split(";", 2)[0].strip(), 16, MAX_BODY_BYTES - body.length);
            if (size == 0) {
                return body;
            }
            body = append(body, readExactly(in, size));
            readLine(in, new int[] {2});
        }
    }

    private static byte[] readRest(InputStream in) throws IOException {
        var body = new byte[0];
        var piece = new byte[8192];
        for (var count = in.read(piece); count >= 0; count = in.read(piece)) {
            parseSize(Integer.toString(count), 10, MAX_BODY_BYTES - body.length);
            body = append(body, Arrays.copyOf(piece, count));
        }
        Arrays.fill(piece, (byte) 0);
        return body;
    }

    /** Wipes both arguments, because a body may be a secret. */
    private static byte[] append(byte[] head, byte[] tail) {
        var whole = Arrays.copyOf(head, head.length + tail.length);
        System.arraycopy(tail, 0, whole, head.length, tail.length);
        Arrays.fill(head, (byte) 0);
        Arrays.fill(tail, (byte) 0);
        return whole;
    }

    private static byte[] readExactly(InputStream in, int size) throws IOException {
        var bytes = new byte[size];
        if (in.readNBytes(bytes, 0, size) != size) {
            throw new EOFException("the answer ends in the middle");
        }
        return bytes;
    }

    private static int parseSize(String digits, int radix, int most) throws IOException {
        try {
            var size = Integer.parseInt(digits, radix);
            if (size >= 0 && size <= most) {
                return size;
            }
        } catch (NumberFormatException e) {
            // Rejected below.
        }
        throw new ProtocolException("the answer is not HTTP, or longer than " + (MAX_BODY_BYTES >> 20) + " MiB");
    }

    /** @param left the bytes of the head that are still accepted, one element */
    private static String readLine(InputStream in, int[] left) throws IOException {
        var line = new StringBuilder();
        for (var next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("the connection closed without an answer");
            }
            if (left[0]-- <= 0) {
                throw new ProtocolException("the answer's head is too long");
            }
            line.append((char) next);
        }
        return line.toString().stripTrailing();
    }
}
