package com.kruxos.transport;

import com.kruxos.rpc.BoundedBuffer;
import com.kruxos.rpc.MessageLimits;
import java.nio.ByteBuffer;
import java.util.Locale;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.jspecify.annotations.Nullable;

/** What kind of body an answer has, and its bytes as far as they matter. Not for several threads at once. */
final class ResponseBody {
    enum ContentKind {
        JSON,
        EVENT_STREAM,
        OTHER
    }

    /** As much as is read of what does not matter, so that the line can be used again. */
    private static final int MAX_DISCARDED_BYTES = 64 << 10;

    final int status;
    final ContentKind contentKind;
    private final int limit;
    private final boolean compressed;
    private final boolean hasBearerChallenge;
    private final BoundedBuffer text;
    private long bytesRead;

    ResponseBody(int status, HttpFields headers, MessageLimits messages) {
        this.status = status;
        this.contentKind = contentKindOf(headers.get(HttpHeader.CONTENT_TYPE));
        var kept = isSuccess() && contentKind == ContentKind.JSON;
        this.limit = kept ? messages.maxBytes() : MAX_DISCARDED_BYTES;
        this.text = kept ? messages.newBuffer() : new BoundedBuffer(MAX_DISCARDED_BYTES);
        var encoding = headers.get(HttpHeader.CONTENT_ENCODING);
        this.compressed = encoding != null && !encoding.equalsIgnoreCase("identity");
        var how = headers.get(HttpHeader.WWW_AUTHENTICATE);
        this.hasBearerChallenge = how != null && how.regionMatches(true, 0, "Bearer", 0, 6);
    }

    private static ContentKind contentKindOf(@Nullable String type) {
        var plain = type == null ? "" : type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        return switch (plain) {
            case "application/json" -> ContentKind.JSON;
            case "text/event-stream" -> ContentKind.EVENT_STREAM;
            default -> ContentKind.OTHER;
        };
    }

    boolean isSuccess() {
        return status >= 200 && status < 300;
    }

    boolean isEventStream() {
        return isSuccess() && status != 202 && status != 204 && contentKind == ContentKind.EVENT_STREAM;
    }

    boolean isJson() {
        return isSuccess() && status != 202 && status != 204 && contentKind == ContentKind.JSON;
    }

    /** Whether the server wants another credential. */
    boolean isUnauthorized() {
        return status == 401 || (status == 403 && hasBearerChallenge);
    }

    /** Compressed, which we did not ask for: a small answer could become an endless one. */
    @Nullable
    String violation() {
        return compressed ? "its answer is compressed, though that was not asked for" : null;
    }

    /** Keeps a piece; a text when there is too much. */
    @Nullable
    String append(ByteBuffer piece) {
        var bytes = new byte[piece.remaining()];
        piece.get(bytes);
        bytesRead += bytes.length;
        if (contentKind == ContentKind.JSON) {
            return text.add(bytes, 0, bytes.length) ? null : dropReason(text, limit);
        }
        return bytesRead <= limit ? null : tooLongReason(limit);
    }

    /** Why the next piece of a message was not kept. */
    static String dropReason(BoundedBuffer message, int longest) {
        return message.rejectedForMemory()
                ? "it sent a long message when there was no memory for one, of so many long messages of others"
                : tooLongReason(longest);
    }

    static String tooLongReason(int longest) {
        return "it sent a message of more than " + longest + " bytes";
    }

    byte[] takeText() {
        return text.take();
    }
}
