package com.kruxos.dashboard;

import java.util.function.UnaryOperator;

/** Variants of untrusted texts: harmless, hostile or overlong. */
public enum TextVariant implements UnaryOperator<String> {
    FRIENDLY {
        @Override
        public String apply(String text) {
            return text;
        }
    },
    /** HTML, quotes, direction overrides, zero-width characters, stacked combining marks. */
    HOSTILE {
        @Override
        public String apply(String text) {
            return text + TextVariant.ATTACK;
        }
    },
    /** Ten thousand letters without a line break opportunity. */
    ENDLESS {
        @Override
        public String apply(String text) {
            return text + "W".repeat(10_000);
        }
    };

    static final String MARKUP =
            "\"'><script>alert(1)</script><img src=x onerror=alert(2)></bdi></td><a href=//evil.example>";
    static final String INVISIBLE = "\u202Etxt.exe\u2066\u200B\u00AD\u0007\u001B[31m\uFEFF\uDB40\uDC41\u3164";
    static final String STACKED_MARKS = "z" + "\u0337\u0321\u035C".repeat(40);
    private static final String ATTACK =
            " " + MARKUP + "`${7*7}`" + INVISIBLE + "https://evil.example/" + STACKED_MARKS;
}
