package com.kruxos.chromium;

/** Screen size and colour scheme. */
public enum Viewport {
    PHONE(390, 844, false),
    PHONE_DARK(390, 844, true),
    TABLET(768, 1024, false),
    TABLET_DARK(768, 1024, true),
    DESK(1280, 800, false),
    DESK_DARK(1280, 800, true),
    WALL(1920, 1080, false),
    WALL_DARK(1920, 1080, true);

    private final int width;
    private final int height;
    private final boolean dark;

    Viewport(int width, int height, boolean dark) {
        this.width = width;
        this.height = height;
        this.dark = dark;
    }

    public int width() {
        return width;
    }

    public int height() {
        return height;
    }

    public boolean isDark() {
        return dark;
    }

    /** For screenshot file names, such as {@code 390-dark}. */
    public String fileSuffix() {
        return width + (dark ? "-dark" : "-light");
    }
}
