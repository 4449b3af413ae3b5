package com.kruxos.dashboard.home;

import com.kruxos.dashboard.page.StatusLevel;
import org.jspecify.annotations.Nullable;

/**
 * The result of a health check.
 *
 * @param hint what to do about it, if anything
 */
public record CheckRow(
        String name,
        StatusLevel level,
        String detail,
        @Nullable String hint) {}
