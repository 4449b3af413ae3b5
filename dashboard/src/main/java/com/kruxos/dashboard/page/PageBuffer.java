package com.kruxos.dashboard.page;

import gg.jte.TemplateOutput;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Collects a page as UTF-8. Wipes every array that it gives up, because one of the pages shows a key. */
final class PageBuffer implements TemplateOutput, AutoCloseable {
    private static final int INITIAL_SIZE = 16 << 10;

    private byte[] bytes = new byte[INITIAL_SIZE];
    private int length;

    @Override
    public void writeContent(String text) {
        writeBinaryContent(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void writeContent(String text, int from, int to) {
        writeContent(text.substring(from, to));
    }

    @Override
    public void writeBinaryContent(byte[] more) {
        if (more.length > bytes.length - length) {
            var larger = Arrays.copyOf(bytes, Math.max(2 * bytes.length, Math.addExact(length, more.length)));
            Arrays.fill(bytes, (byte) 0);
            bytes = larger;
        }
        System.arraycopy(more, 0, bytes, length, more.length);
        length += more.length;
    }

    /** The current array, for the test that it is wiped. */
    byte[] array() {
        return bytes;
    }

    /** Hands the bytes over to the page. */
    RenderedPage finish() {
        var page = new RenderedPage(bytes, length);
        bytes = new byte[0];
        length = 0;
        return page;
    }

    /** Wipes an unfinished page. */
    @Override
    public void close() {
        Arrays.fill(bytes, (byte) 0);
    }
}
