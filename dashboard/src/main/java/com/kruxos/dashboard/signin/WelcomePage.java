package com.kruxos.dashboard.signin;

import org.jspecify.annotations.Nullable;

/**
 * The page behind a one-time link. Posts {@code code}, {@code passphrase}, {@code again} and {@code csrf} to
 * {@code /welcome}.
 *
 * @param isFirstPassphrase whether the operator never had a passphrase; otherwise it was reset
 * @param problem why the last attempt did not do; absent at the first
 */
public record WelcomePage(
        String code,
        String name,
        boolean isFirstPassphrase,
        @Nullable String problem) {}
