package com.kruxos.dashboard.home;

import com.kruxos.dashboard.page.StatusLevel;
import org.jspecify.annotations.Nullable;

/**
 * One thing that can be well or not.
 *
 * @param detail how it is
 * @param hint what to do about it; absent when there is nothing to do
 */
public record CheckRow(
        String name,
        StatusLevel level,
        String detail,
        @Nullable String hint) {}
