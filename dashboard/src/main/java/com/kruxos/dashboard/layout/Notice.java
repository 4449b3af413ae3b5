package com.kruxos.dashboard.layout;

import org.jspecify.annotations.Nullable;

/**
 * A message at the top of a page.
 *
 * @param hint what to do next, if anything
 */
public record Notice(NoticeKind kind, String text, @Nullable String hint) {}
