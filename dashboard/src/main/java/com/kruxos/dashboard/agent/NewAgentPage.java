package com.kruxos.dashboard.agent;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The form for a new agent. Posts {@code name}, {@code purpose}, {@code space}, {@code expires} (the
 * {@link ExpiryDate}, or nothing) and {@code csrf} to {@code /agents}.
 *
 * @param expires as the person wrote it
 * @param spaces those to choose from
 * @param problem why the last attempt did not do; absent at the first
 */
public record NewAgentPage(
        String name,
        String purpose,
        String space,
        String expires,
        List<String> spaces,
        @Nullable String problem) {
    public NewAgentPage {
        spaces = List.copyOf(spaces);
    }
}
