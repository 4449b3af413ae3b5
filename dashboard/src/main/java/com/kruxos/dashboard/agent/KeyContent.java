package com.kruxos.dashboard.agent;

import gg.jte.Content;
import gg.jte.TemplateOutput;

/**
 * Writes a key into a page without a {@code String}, which could not be wiped. {@link NewKeyPage} has checked that no
 * byte has a meaning in HTML.
 */
final class KeyContent implements Content {
    private final byte[] key;

    KeyContent(byte[] key) {
        this.key = key;
    }

    @Override
    public void writeTo(TemplateOutput output) {
        output.writeBinaryContent(key);
    }
}
