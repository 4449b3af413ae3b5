package com.kruxos.identity;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The properties of a user token to be created.
 *
 * @param label the name that its user gives it; not empty
 * @param scopes not empty
 */
public record NewUserToken(
        String label, Set<Scope> scopes, @Nullable Instant expires) {
    public NewUserToken {
        scopes = Set.copyOf(scopes);
    }
}
