package com.kruxos.transport;

import com.kruxos.rpc.BoundedBuffer;
import com.kruxos.rpc.MessageLimits;
import java.nio.ByteBuffer;
import java.util.Locale;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.jspecify.annotations.Nullable;

/** Status and content type of a response, and its body as far as it is used. Not thread-safe. */
final class ResponseBody {
    enum ContentKind {
        JSON,
        EVENT_STREAM,
        OTHER
    }

    /** How much of an unused body is read so that the connection can be reused. */
    private static final int MAX_DISCARDED_BYTES = 64 << 10;

    final int status;
    final ContentKind contentKind;
    private final int limit;
    private final boolean compressed;
    private final boolean hasBearerChallenge;
    private final BoundedBuffer text;
    private long bytesRead;

    ResponseBody(int status, HttpFields headers, MessageLimits messageLimits) {
        this.status = status;
        this.contentKind = contentKindOf(headers.get(HttpHeader.CONTENT_TYPE));
        var used = isSuccess() && contentKind == ContentKind.JSON;
        this.limit = used ? messageLimits.maxBytes() : MAX_DISCARDED_BYTES;
        this.text = used ? messageLimits.newBuffer() : new BoundedBuffer(MAX_DISCARDED_BYTES);
        var encoding = headers.get(HttpHeader.CONTENT_ENCODING);
        this.compressed = encoding != null && !encoding.equalsIgnoreCase("identity");
        var challenge = headers.get(HttpHeader.WWW_AUTHENTICATE);
        this.hasBearerChallenge = challenge != null && challenge.regionMatches(true, 0, "Bearer", 0, 6);
    }

    private static ContentKind contentKindOf(@Nullable String contentType) {
        var mediaType =
                contentType == null ? "" : contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        return switch (mediaType) {
            case "application/json" -> ContentKind.JSON;
            case "text/event-stream" -> ContentKind.EVENT_STREAM;
            default -> ContentKind.OTHER;
        };
    }

    boolean isSuccess() {
        return status >= 200 && status < 300;
    }

    /** 202 and 204: the server accepted the message and answers nothing. */
    boolean isAcknowledgement() {
        return status == 202 || status == 204;
    }

    boolean isEventStream() {
        return isSuccess() && !isAcknowledgement() && contentKind == ContentKind.EVENT_STREAM;
    }

    boolean isJson() {
        return isSuccess() && !isAcknowledgement() && contentKind == ContentKind.JSON;
    }

    boolean isUnauthorized() {
        return status == 401 || (status == 403 && hasBearerChallenge);
    }

    /** A compressed body is refused, since we did not ask for one and a small one may expand without limit. */
    @Nullable
    String violation() {
        return compressed ? "the response is compressed, which the request did not allow" : null;
    }

    /** Adds a chunk; returns the reason when it exceeds the limit. */
    @Nullable
    String append(ByteBuffer chunk) {
        var bytes = new byte[chunk.remaining()];
        chunk.get(bytes);
        bytesRead += bytes.length;
        if (contentKind == ContentKind.JSON) {
            return text.add(bytes, 0, bytes.length) ? null : dropReason(text, limit);
        }
        return bytesRead <= limit ? null : tooLongReason(limit);
    }

    /** Why {@code buffer} rejected the last bytes. */
    static String dropReason(BoundedBuffer buffer, int limit) {
        return buffer.rejectedForMemory()
                ? "the message was dropped: the memory for large messages is used up"
                : tooLongReason(limit);
    }

    static String tooLongReason(int limit) {
        return "the server sent a message of more than " + limit + " bytes";
    }

    byte[] takeText() {
        return text.take();
    }
}
