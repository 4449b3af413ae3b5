package com.kruxos.operator;

import com.kruxos.dashboard.layout.Asset;
import com.kruxos.dashboard.page.RenderedPage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.http.HttpHeader;

/** What goes back. A page is wiped when it was sent: one of them shows a key. */
final class PageResponse implements AutoCloseable {
    /** A header of an answer. */
    record ResponseHeader(HttpHeader name, String value) {}

    static final String HTML_TYPE = "text/html; charset=utf-8";

    private final int status;
    private final ByteBuffer body;
    private final AutoCloseable onClose;
    private final List<ResponseHeader> headers = new ArrayList<>();

    private PageResponse(int status, ByteBuffer body, AutoCloseable after) {
        this.status = status;
        this.body = body;
        this.onClose = after;
    }

    static PageResponse page(RenderedPage page) {
        return page(200, page);
    }

    static PageResponse page(int status, RenderedPage page) {
        return new PageResponse(status, ByteBuffer.wrap(page.array(), 0, page.length()), page)
                .withHeader(HttpHeader.CONTENT_TYPE, HTML_TYPE)
                .withHeader(HttpHeader.CACHE_CONTROL, "no-store");
    }

    /** A page that needs no template. */
    static PageResponse html(String text) {
        return new PageResponse(200, StandardCharsets.UTF_8.encode(text), () -> {})
                .withHeader(HttpHeader.CONTENT_TYPE, HTML_TYPE)
                .withHeader(HttpHeader.CACHE_CONTROL, "no-store");
    }

    /** Look there; {@code place} is a path of ours. */
    static PageResponse seeOther(String place) {
        return new PageResponse(303, ByteBuffer.allocate(0), () -> {})
                .withHeader(HttpHeader.LOCATION, place)
                .withHeader(HttpHeader.CACHE_CONTROL, "no-store");
    }

    /** Its name changes with its content, so it is kept for ever. */
    static PageResponse asset(Asset asset) {
        return new PageResponse(200, ByteBuffer.wrap(asset.bytes()), () -> {})
                .withHeader(HttpHeader.CONTENT_TYPE, asset.contentType())
                .withHeader(HttpHeader.CACHE_CONTROL, "public, max-age=31536000, immutable");
    }

    PageResponse withHeader(HttpHeader name, String value) {
        headers.add(new ResponseHeader(name, value));
        return this;
    }

    int status() {
        return status;
    }

    ByteBuffer body() {
        return body;
    }

    List<ResponseHeader> headers() {
        return headers;
    }

    @Override
    public void close() {
        try {
            onClose.close();
        } catch (Exception e) {
            throw new IllegalStateException("a page cannot be wiped", e);
        }
    }
}
