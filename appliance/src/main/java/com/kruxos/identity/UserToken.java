package com.kruxos.identity;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A user token, without its secret.
 *
 * @param lastUsed the last successful authentication; after a restart up to a minute too early
 * @param revoked when it was revoked; absent while it is not
 */
public record UserToken(
        String id,
        String label,
        Set<Scope> scopes,
        String lastFour,
        Instant created,
        @Nullable Instant expires,
        @Nullable Instant lastUsed,
        @Nullable Instant revoked) {
    public enum UserTokenState {
        ACTIVE,
        REVOKED,
        EXPIRED
    }

    public UserToken {
        scopes = Set.copyOf(scopes);
    }

    public UserTokenState stateAt(Instant now) {
        if (revoked != null) {
            return UserTokenState.REVOKED;
        }
        return expires != null && !now.isBefore(expires) ? UserTokenState.EXPIRED : UserTokenState.ACTIVE;
    }

    /** Whether the token permits what needs {@code scope}; {@code admin} permits everything. */
    public boolean allows(Scope scope) {
        return scopes.contains(scope) || scopes.contains(Scope.ADMIN);
    }

    UserToken withLastUse(Instant now) {
        return new UserToken(id, label, scopes, lastFour, created, expires, now, revoked);
    }

    UserToken withLaterUse(@Nullable Instant used) {
        return used == null || (lastUsed != null && used.isBefore(lastUsed)) ? this : withLastUse(used);
    }

    UserToken withRevocation(Instant now) {
        return new UserToken(id, label, scopes, lastFour, created, expires, lastUsed, now);
    }
}
