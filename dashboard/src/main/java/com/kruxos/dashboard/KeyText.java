package com.kruxos.dashboard;

import gg.jte.Content;
import gg.jte.TemplateOutput;

/**
 * A key on its way into a page: bytes to bytes, never a {@code String} that nobody can wipe. {@link Issued} has seen to
 * it that none of them means anything in HTML.
 */
final class KeyText implements Content {
    private final byte[] key;

    KeyText(byte[] key) {
        this.key = key;
    }

    @Override
    public void writeTo(TemplateOutput output) {
        output.writeBinaryContent(key);
    }
}
