package com.kruxos.dashboard;

import com.kruxos.dashboard.page.RenderedPage;
import java.util.function.Supplier;

/**
 * A page, or a part of one, with invented data.
 *
 * @param name of its file, without the ending
 * @param isPage whether it is a page; otherwise a part of one
 */
record Story(String name, TextVariant variant, boolean isPage, Supplier<RenderedPage> content) {
    /** A copy of its bytes. */
    byte[] bytes() {
        try (var page = content.get()) {
            return java.util.Arrays.copyOf(page.array(), page.length());
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
