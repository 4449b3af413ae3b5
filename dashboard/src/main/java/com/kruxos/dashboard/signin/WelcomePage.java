package com.kruxos.dashboard.signin;

import com.kruxos.dashboard.layout.Layout;
import com.kruxos.dashboard.layout.Page;
import com.kruxos.dashboard.page.RenderedPage;
import org.jspecify.annotations.Nullable;

/**
 * The choice of a passphrase with an invitation. Posts {@code code}, {@code passphrase}, {@code again} and {@code csrf}
 * to {@code /welcome}.
 *
 * @param isFirstPassphrase false if the passphrase was reset
 * @param problem why the last attempt failed; null at the first
 */
public record WelcomePage(
        String code,
        String name,
        boolean isFirstPassphrase,
        @Nullable String problem) implements Page {
    @Override
    public RenderedPage render(Layout layout) {
        return RenderedPage.of((out, interceptor) -> JtewelcomeGenerated.render(out, interceptor, layout, this));
    }
}
