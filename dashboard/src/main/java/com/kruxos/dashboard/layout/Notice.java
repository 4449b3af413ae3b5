package com.kruxos.dashboard.layout;

import org.jspecify.annotations.Nullable;

/**
 * One sentence about what the person just did.
 *
 * @param hint what to do next; absent when there is nothing to do
 */
public record Notice(NoticeKind kind, String text, @Nullable String hint) {}
