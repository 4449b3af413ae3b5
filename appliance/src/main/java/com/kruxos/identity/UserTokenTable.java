package com.kruxos.identity;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The rows of user tokens. Every method runs inside a transaction of the caller. */
final class UserTokenTable {
    /**
     * A token's row.
     *
     * @param hash what it is found by; absent once it is revoked
     */
    record UserTokenRow(UserToken token, @Nullable CredentialHash hash) {}

    private UserTokenTable() {}

    static List<UserTokenRow> selectAll(Handle handle) {
        return handle.createQuery("select id, label, scopes, hash, last_four, created, expires, last_used, revoked"
                        + " from user_token")
                .map((row, context) -> {
                    var hash = row.getString("hash");
                    return new UserTokenRow(
                            new UserToken(
                                    row.getString("id"),
                                    row.getString("label"),
                                    parseScopes(row.getString("scopes")),
                                    row.getString("last_four"),
                                    Instant.ofEpochMilli(row.getLong("created")),
                                    AgentTable.instant(row, "expires"),
                                    AgentTable.instant(row, "last_used"),
                                    AgentTable.instant(row, "revoked")),
                            hash == null ? null : CredentialHash.ofHex(hash));
                })
                .list();
    }

    static void insert(Handle handle, UserToken token, CredentialHash hash) {
        handle.createUpdate("insert into user_token (id, label, scopes, hash, last_four, created, expires)"
                        + " values (:id, :label, :scopes, :hash, :last_four, :created, :expires)")
                .bind("id", token.id())
                .bind("label", token.label())
                .bind("scopes", formatScopes(token.scopes()))
                .bind("hash", hash.hex())
                .bind("last_four", token.lastFour())
                .bind("created", token.created().toEpochMilli())
                .bind("expires", AgentTable.millis(token.expires()))
                .execute();
    }

    static void revoke(Handle handle, String id, Instant now) {
        handle.execute("update user_token set revoked = ?, hash = null where id = ?", now.toEpochMilli(), id);
    }

    static void updateLastUsed(Handle handle, String id, Instant now) {
        handle.execute("update user_token set last_used = ? where id = ?", now.toEpochMilli(), id);
    }

    private static String formatScopes(Set<Scope> scopes) {
        return scopes.stream().sorted().map(Scope::text).collect(Collectors.joining(" "));
    }

    /** A scope this build does not know gives nothing. */
    private static Set<Scope> parseScopes(String text) {
        return Arrays.stream(text.split(" ", -1))
                .flatMap(one -> Scope.of(one).stream())
                .collect(Collectors.toSet());
    }
}
