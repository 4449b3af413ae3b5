package com.kruxos.tokenapi;

import com.kruxos.admin.TokenAdmin;
import com.kruxos.identity.NewUserToken;
import com.kruxos.identity.Scope;
import com.kruxos.identity.UserToken;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** {@code /user-tokens} */
final class TokenRoutes {
    /** What changes by itself. */
    private static final Set<String> VOLATILE_MEMBERS = Set.of("last_used");

    private final TokenAdmin tokens;

    TokenRoutes(TokenAdmin tokens) {
        this.tokens = tokens;
    }

    ApiResponse list(ApiRequest ask) {
        return ListPage.of(
                ask, tokens.list(), TokenRoutes::sortKey, token -> JsonViews.userToken(token, ask.receivedAt()));
    }

    ApiResponse create(ApiRequest ask) {
        var body = ask.body();
        var texts = body.strings("scopes");
        var wanted = new NewUserToken(
                body.string("label"),
                parseScopes(texts),
                TimeParser.parseInstant("expires", body.optionalString("expires"), ask.receivedAt()));
        return ApiResponse.fromResult(tokens.create(ask.principal(), wanted), issued -> {
            try (issued) {
                return ApiResponse.withCredential(
                                201,
                                "user_token",
                                JsonViews.userToken(issued.token(), ask.receivedAt()),
                                "token",
                                issued.secret())
                        .withCreatedId(issued.token().id());
            }
        });
    }

    ApiResponse show(ApiRequest ask) {
        return ApiResponse.fromResult(
                tokens.show(ask.pathValue("token")),
                token -> ApiResponse.resource(JsonViews.userToken(token, ask.receivedAt()), VOLATILE_MEMBERS));
    }

    ApiResponse revoke(ApiRequest ask) {
        return ApiResponse.fromResult(tokens.revoke(ask.principal(), ask.pathValue("token")), revoked -> {
            var json = JsonViews.newObject();
            json.set("user_token", JsonViews.userToken(revoked.token(), ask.receivedAt()));
            return ApiResponse.ok(json.put("tickets_ended", revoked.ticketsRevoked())
                    .put("sessions_closed", revoked.sessionsClosed()));
        });
    }

    /** Oldest first. */
    private static String sortKey(UserToken token) {
        return ListPage.timeKey(token.created(), token.id());
    }

    private static Set<Scope> parseScopes(List<String> texts) {
        if (texts.isEmpty()) {
            return Set.of(Scope.READ);
        }
        return texts.stream().map(TokenRoutes::parseScope).collect(Collectors.toSet());
    }

    private static Scope parseScope(String text) {
        var known = Arrays.stream(Scope.values()).map(Scope::text).collect(Collectors.toSet());
        return Scope.of(text).orElseThrow(() -> JsonBody.unknownName("scope", text, known));
    }
}
