package com.kruxos.dashboard;

import java.util.function.Supplier;

/**
 * A page, or a part of one, with invented data.
 *
 * @param name of its file, without the ending
 * @param whole whether it is a page; otherwise a part of one
 */
record Story(String name, Voice voice, boolean whole, Supplier<Rendered> pages) {
    /** A copy of its bytes. */
    byte[] bytes() {
        try (var page = pages.get()) {
            return java.util.Arrays.copyOf(page.array(), page.length());
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
