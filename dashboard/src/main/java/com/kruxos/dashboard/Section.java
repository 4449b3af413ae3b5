package com.kruxos.dashboard;

/** Where a page belongs in the navigation. */
public enum Section {
    /** Nowhere: signing in, errors. */
    NONE,
    HOME,
    AGENTS,
    ACCOUNT
}
