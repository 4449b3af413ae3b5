package com.kruxos.dashboard.page;

import gg.jte.TemplateOutput;
import gg.jte.html.HtmlInterceptor;
import gg.jte.html.HtmlTemplateOutput;
import gg.jte.html.OwaspHtmlTemplateOutput;
import java.util.Arrays;
import java.util.Map;
import java.util.function.BiConsumer;

/** A finished page in UTF-8. One of the pages shows a key, so closing any of them wipes its bytes. */
public final class RenderedPage implements AutoCloseable {
    /** Generated templates require an interceptor; these templates are generated without calls to it. */
    private static final HtmlInterceptor NO_INTERCEPTOR = new HtmlInterceptor() {
        @Override
        public void onHtmlTagOpened(String name, Map<String, Object> attributes, TemplateOutput output) {}

        @Override
        public void onHtmlTagClosed(String name, TemplateOutput output) {}
    };

    private final byte[] bytes;
    private final int length;

    RenderedPage(byte[] bytes, int length) {
        this.bytes = bytes;
        this.length = length;
    }

    /** Renders a template. {@code template} calls the static {@code render} of a class that jte generated. */
    public static RenderedPage of(BiConsumer<HtmlTemplateOutput, HtmlInterceptor> template) {
        try (var buffer = new PageBuffer()) {
            template.accept(new OwaspHtmlTemplateOutput(buffer), NO_INTERCEPTOR);
            return buffer.finish();
        }
    }

    /** Not a copy; only the first {@link #length()} bytes are content. */
    public byte[] array() {
        return bytes;
    }

    public int length() {
        return length;
    }

    @Override
    public void close() {
        Arrays.fill(bytes, (byte) 0);
    }
}
