package com.kruxos.dashboard.agent;

import com.kruxos.dashboard.layout.Layout;
import com.kruxos.dashboard.layout.Page;
import com.kruxos.dashboard.page.RenderedPage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The form for a new agent. Posts {@code name}, {@code purpose}, {@code space}, {@code expires} (an {@link ExpiryDate}
 * or nothing) and {@code csrf} to {@code /agents}.
 *
 * @param expires as typed
 * @param spaces the choices
 * @param problem why the last attempt failed; null at the first
 */
public record NewAgentPage(
        String name,
        String purpose,
        String space,
        String expires,
        List<String> spaces,
        @Nullable String problem) implements Page {
    public NewAgentPage {
        spaces = List.copyOf(spaces);
    }

    @Override
    public RenderedPage render(Layout layout) {
        return RenderedPage.of((out, interceptor) -> JtenewagentGenerated.render(out, interceptor, layout, this));
    }
}
