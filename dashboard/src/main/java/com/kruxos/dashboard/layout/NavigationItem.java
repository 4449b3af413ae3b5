package com.kruxos.dashboard.layout;

/** The items of the main navigation. */
public enum NavigationItem {
    /** For pages outside the navigation: sign-in and errors. */
    NONE,
    HOME,
    AGENTS,
    ACCOUNT
}
