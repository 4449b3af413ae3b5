package com.kruxos.dashboard.agent;

import gg.jte.Content;
import gg.jte.TemplateOutput;

/**
 * A key on its way into a page: bytes to bytes, never a {@code String} that nobody can wipe. {@link NewKeyPage} has
 * seen to it that none of them means anything in HTML.
 */
public final class KeyContent implements Content {
    private final byte[] key;

    public KeyContent(byte[] key) {
        this.key = key;
    }

    @Override
    public void writeTo(TemplateOutput output) {
        output.writeBinaryContent(key);
    }
}
