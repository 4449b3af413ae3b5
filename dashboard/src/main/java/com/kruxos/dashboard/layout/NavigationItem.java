package com.kruxos.dashboard.layout;

/** Where a page belongs in the navigation. */
public enum NavigationItem {
    /** Nowhere: signing in, errors. */
    NONE,
    HOME,
    AGENTS,
    ACCOUNT
}
