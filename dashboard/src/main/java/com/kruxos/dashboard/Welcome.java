package com.kruxos.dashboard;

import org.jspecify.annotations.Nullable;

/**
 * The page behind a one-time link. Posts {@code code}, {@code passphrase}, {@code again} and {@code csrf} to
 * {@code /welcome}.
 *
 * @param first whether the operator never had a passphrase; otherwise it was reset
 * @param problem why the last attempt did not do; absent at the first
 */
public record Welcome(
        String code, String name, boolean first, @Nullable String problem) {}
