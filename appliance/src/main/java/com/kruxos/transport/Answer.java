package com.kruxos.transport;

import com.kruxos.rpc.Allowance;
import com.kruxos.rpc.Growing;
import java.nio.ByteBuffer;
import java.util.Locale;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.jspecify.annotations.Nullable;

/** What kind of body an answer has, and its bytes as far as they matter. Not for several threads at once. */
final class Answer {
    enum Form {
        JSON,
        EVENTS,
        OTHER
    }

    /** As much as is read of what does not matter, so that the line can be used again. */
    private static final int DRAINED = 64 << 10;

    final int status;
    final Form form;
    private final int longest;
    private final boolean packed;
    private final boolean challenge;
    private final Growing text;
    private long read;

    Answer(int status, HttpFields headers, Allowance messages) {
        this.status = status;
        this.form = form(headers.get(HttpHeader.CONTENT_TYPE));
        var kept = success() && form == Form.JSON;
        this.longest = kept ? messages.longest() : DRAINED;
        this.text = kept ? messages.growing() : new Growing(DRAINED);
        var encoding = headers.get(HttpHeader.CONTENT_ENCODING);
        this.packed = encoding != null && !encoding.equalsIgnoreCase("identity");
        var how = headers.get(HttpHeader.WWW_AUTHENTICATE);
        this.challenge = how != null && how.regionMatches(true, 0, "Bearer", 0, 6);
    }

    private static Form form(@Nullable String type) {
        var plain = type == null ? "" : type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        return switch (plain) {
            case "application/json" -> Form.JSON;
            case "text/event-stream" -> Form.EVENTS;
            default -> Form.OTHER;
        };
    }

    boolean success() {
        return status >= 200 && status < 300;
    }

    boolean events() {
        return success() && status != 202 && status != 204 && form == Form.EVENTS;
    }

    boolean json() {
        return success() && status != 202 && status != 204 && form == Form.JSON;
    }

    /** Whether the server wants another credential. */
    boolean unauthorized() {
        return status == 401 || (status == 403 && challenge);
    }

    /** Compressed, which we did not ask for: a small answer could become an endless one. */
    @Nullable
    String objection() {
        return packed ? "its answer is compressed, though that was not asked for" : null;
    }

    /** Keeps a piece; a text when there is too much. */
    @Nullable
    String add(ByteBuffer piece) {
        var bytes = new byte[piece.remaining()];
        piece.get(bytes);
        read += bytes.length;
        if (form == Form.JSON) {
            return text.add(bytes, 0, bytes.length) ? null : notKept(text, longest);
        }
        return read <= longest ? null : tooLong(longest);
    }

    /** Why the next piece of a message was not kept. */
    static String notKept(Growing message, int longest) {
        return message.crowded()
                ? "it sent a long message when there was no memory for one, of so many long messages of others"
                : tooLong(longest);
    }

    static String tooLong(int longest) {
        return "it sent a message of more than " + longest + " bytes";
    }

    byte[] text() {
        return text.take();
    }
}
