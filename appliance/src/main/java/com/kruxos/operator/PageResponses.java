package com.kruxos.operator;

import com.kruxos.dashboard.layout.Asset;
import com.kruxos.dashboard.page.RenderedPage;
import com.kruxos.web.http.WebResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpHeader;

/** Responses of the dashboard. */
final class PageResponses {
    static final String HTML_TYPE = "text/html; charset=utf-8";

    private PageResponses() {}

    static WebResponse page(RenderedPage page) {
        return page(200, page);
    }

    static WebResponse page(int status, RenderedPage page) {
        return WebResponse.of(status, HTML_TYPE, ByteBuffer.wrap(page.array(), 0, page.length()), page::close);
    }

    static WebResponse html(String text) {
        return WebResponse.of(200, HTML_TYPE, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Cached for a year: the path changes with the content. */
    static WebResponse asset(Asset asset) {
        return WebResponse.of(200, asset.contentType(), ByteBuffer.wrap(asset.bytes()), () -> {})
                .put(HttpHeader.CACHE_CONTROL, "public, max-age=31536000, immutable");
    }

    /** Detail or hint of a refusal as a sentence; a hint that starts with a command keeps its lower case. */
    static String sentence(String text) {
        if (text.isEmpty()) {
            return "";
        }
        var first = text.startsWith("kruxos ") ? text.charAt(0) : Character.toUpperCase(text.charAt(0));
        return first + text.substring(1) + ".";
    }
}
