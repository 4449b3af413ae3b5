package com.kruxos.dashboard;

import org.jspecify.annotations.Nullable;

/**
 * One thing that can be well or not.
 *
 * @param detail how it is
 * @param hint what to do about it; absent when there is nothing to do
 */
public record Check(
        String name, Level level, String detail, @Nullable String hint) {}
