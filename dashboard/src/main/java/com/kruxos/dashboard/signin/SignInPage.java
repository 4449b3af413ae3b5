package com.kruxos.dashboard.signin;

import com.kruxos.dashboard.page.Preconditions;
import org.jspecify.annotations.Nullable;

/**
 * The page that asks who is there. Posts {@code name}, {@code passphrase}, {@code next} and {@code csrf} to
 * {@code /sign-in}.
 *
 * @param next where to go afterwards; whatever is not a place on this site becomes {@code /}
 * @param problem why the last attempt did not do; absent at the first
 */
public record SignInPage(String name, String next, @Nullable String problem) {
    public SignInPage {
        next = localPathOrHome(next);
    }

    /** The place when it is one on this site, else {@code /}: nobody is sent elsewhere by a link to this page. */
    public static String localPathOrHome(String next) {
        return Preconditions.isLocalPath(next) ? next : "/";
    }
}
