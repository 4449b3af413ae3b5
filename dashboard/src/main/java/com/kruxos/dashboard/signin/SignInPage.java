package com.kruxos.dashboard.signin;

import com.kruxos.dashboard.layout.Layout;
import com.kruxos.dashboard.layout.Page;
import com.kruxos.dashboard.page.Preconditions;
import com.kruxos.dashboard.page.RenderedPage;
import org.jspecify.annotations.Nullable;

/**
 * Posts {@code name}, {@code passphrase}, {@code next} and {@code csrf} to {@code /sign-in}.
 *
 * @param next where to go after signing in; anything but a path on this site becomes {@code /}
 * @param problem why the last attempt failed; null at the first
 */
public record SignInPage(String name, String next, @Nullable String problem) implements Page {
    public SignInPage {
        next = localPathOrHome(next);
    }

    /** The path if it is on this site, else {@code /}: a link to this page cannot redirect to another site. */
    public static String localPathOrHome(String path) {
        return Preconditions.isLocalPath(path) ? path : "/";
    }

    @Override
    public RenderedPage render(Layout layout) {
        return RenderedPage.of((out, interceptor) -> JtesigninGenerated.render(out, interceptor, layout, this));
    }
}
