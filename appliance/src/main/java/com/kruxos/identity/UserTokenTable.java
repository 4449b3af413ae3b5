package com.kruxos.identity;

import com.kruxos.store.SqlTime;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/** The rows of user tokens. Every method runs inside the caller's transaction. */
final class UserTokenTable {
    /** @param hash the hash the token is looked up by; absent after revocation */
    record UserTokenRow(UserToken token, @Nullable CredentialHash hash) {}

    private UserTokenTable() {}

    static List<UserTokenRow> selectAll(Handle handle) {
        return handle.createQuery("""
                        select id, label, scopes, hash, last_four, created_at, expires_at, last_used_at, revoked_at
                        from user_token
                        """).map(UserTokenTable::token).list();
    }

    static Optional<UserTokenRow> select(Handle handle, String id) {
        return handle.createQuery("""
                        select id, label, scopes, hash, last_four, created_at, expires_at, last_used_at, revoked_at
                        from user_token where id = :id
                        """).bind("id", id).map(UserTokenTable::token).findOne();
    }

    static void insert(Handle handle, UserToken token, CredentialHash hash) {
        handle.createUpdate("""
                        insert into user_token (id, label, scopes, hash, last_four, created_at, expires_at)
                        values (:id, :label, :scopes, :hash, :last_four, :created_at, :expires_at)
                        """)
                .bind("id", token.id())
                .bind("label", token.label())
                .bind("scopes", formatScopes(token.scopes()))
                .bind("hash", hash.bytes())
                .bind("last_four", token.lastFour())
                .bind("created_at", SqlTime.micros(token.created()))
                .bind("expires_at", SqlTime.nullableMicros(token.expires()))
                .execute();
    }

    static void revoke(Handle handle, String id, Instant now) {
        handle.execute("update user_token set revoked_at = ?, hash = null where id = ?", SqlTime.micros(now), id);
    }

    static void updateLastUsed(Handle handle, String id, Instant now) {
        handle.execute("update user_token set last_used_at = ? where id = ?", SqlTime.micros(now), id);
    }

    private static UserTokenRow token(ResultSet row, StatementContext context) throws SQLException {
        var hash = row.getBytes("hash");
        return new UserTokenRow(
                new UserToken(
                        row.getString("id"),
                        row.getString("label"),
                        parseScopes(row.getString("scopes")),
                        row.getString("last_four"),
                        SqlTime.read(row, "created_at"),
                        SqlTime.readNullable(row, "expires_at"),
                        SqlTime.readNullable(row, "last_used_at"),
                        SqlTime.readNullable(row, "revoked_at")),
                hash == null ? null : new CredentialHash(hash));
    }

    private static String formatScopes(Set<Scope> scopes) {
        return scopes.stream().sorted().map(Scope::text).collect(Collectors.joining(" "));
    }

    /** Ignores scopes that this version does not know. */
    private static Set<Scope> parseScopes(String text) {
        return Arrays.stream(text.split(" ", -1))
                .flatMap(scope -> Scope.of(scope).stream())
                .collect(Collectors.toSet());
    }
}
