package com.kruxos.dashboard;

/** How somebody looks at a page. */
enum View {
    PHONE(390, 844, false),
    PHONE_DARK(390, 844, true),
    DESK(1280, 800, false),
    DESK_DARK(1280, 800, true);

    private final int width;
    private final int height;
    private final boolean dark;

    View(int width, int height, boolean dark) {
        this.width = width;
        this.height = height;
        this.dark = dark;
    }

    int width() {
        return width;
    }

    int height() {
        return height;
    }

    boolean dark() {
        return dark;
    }

    String file() {
        return width + (dark ? "-dark" : "-light");
    }
}
