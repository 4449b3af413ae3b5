package com.kruxos.operator;

import com.kruxos.dashboard.Asset;
import com.kruxos.dashboard.Rendered;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.http.HttpHeader;

/** What goes back. A page is wiped when it was sent: one of them shows a key. */
final class Reply implements AutoCloseable {
    /** A header of an answer. */
    record Field(HttpHeader name, String value) {}

    static final String HTML = "text/html; charset=utf-8";

    private final int status;
    private final ByteBuffer body;
    private final AutoCloseable after;
    private final List<Field> fields = new ArrayList<>();

    private Reply(int status, ByteBuffer body, AutoCloseable after) {
        this.status = status;
        this.body = body;
        this.after = after;
    }

    static Reply page(Rendered page) {
        return page(200, page);
    }

    static Reply page(int status, Rendered page) {
        return new Reply(status, ByteBuffer.wrap(page.array(), 0, page.length()), page)
                .with(HttpHeader.CONTENT_TYPE, HTML)
                .with(HttpHeader.CACHE_CONTROL, "no-store");
    }

    /** A page that needs no template. */
    static Reply html(String text) {
        return new Reply(200, StandardCharsets.UTF_8.encode(text), () -> {})
                .with(HttpHeader.CONTENT_TYPE, HTML)
                .with(HttpHeader.CACHE_CONTROL, "no-store");
    }

    /** Look there; {@code place} is a path of ours. */
    static Reply seeOther(String place) {
        return new Reply(303, ByteBuffer.allocate(0), () -> {})
                .with(HttpHeader.LOCATION, place)
                .with(HttpHeader.CACHE_CONTROL, "no-store");
    }

    /** Its name changes with its content, so it is kept for ever. */
    static Reply asset(Asset asset) {
        return new Reply(200, ByteBuffer.wrap(asset.bytes()), () -> {})
                .with(HttpHeader.CONTENT_TYPE, asset.contentType())
                .with(HttpHeader.CACHE_CONTROL, "public, max-age=31536000, immutable");
    }

    Reply with(HttpHeader name, String value) {
        fields.add(new Field(name, value));
        return this;
    }

    int status() {
        return status;
    }

    ByteBuffer body() {
        return body;
    }

    List<Field> fields() {
        return fields;
    }

    @Override
    public void close() {
        try {
            after.close();
        } catch (Exception e) {
            throw new IllegalStateException("a page cannot be wiped", e);
        }
    }
}
