package com.kruxos.identity;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A user token to be made.
 *
 * @param label what the person calls it; not empty
 * @param scopes what it may do; not empty
 */
public record NewUserToken(
        String label, Set<Scope> scopes, @Nullable Instant expires) {
    public NewUserToken {
        scopes = Set.copyOf(scopes);
    }
}
