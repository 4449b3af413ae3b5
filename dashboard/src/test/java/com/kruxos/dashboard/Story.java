package com.kruxos.dashboard;

import com.kruxos.dashboard.page.RenderedPage;
import java.util.Arrays;
import java.util.function.Supplier;

/**
 * A page or a live region with sample data.
 *
 * @param name of its file, without extension
 * @param isPage false for a live region
 */
record Story(String name, TextVariant variant, boolean isPage, Supplier<RenderedPage> content) {
    byte[] bytes() {
        try (var page = content.get()) {
            return Arrays.copyOf(page.array(), page.length());
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
