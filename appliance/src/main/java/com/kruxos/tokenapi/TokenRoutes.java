package com.kruxos.tokenapi;

import com.kruxos.admin.TokenAdmin;
import com.kruxos.identity.NewUserToken;
import com.kruxos.identity.Scope;
import com.kruxos.identity.UserToken;
import com.kruxos.web.http.WebResponse;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** {@code /user-tokens} */
final class TokenRoutes {
    /** Members that change on their own. */
    private static final Set<String> VOLATILE_MEMBERS = Set.of("last_used");

    private final TokenAdmin tokens;

    TokenRoutes(TokenAdmin tokens) {
        this.tokens = tokens;
    }

    WebResponse list(ApiRequest request) {
        return ListPage.of(
                request,
                tokens.list(),
                TokenRoutes::sortKey,
                token -> JsonViews.userToken(token, request.receivedAt()));
    }

    WebResponse create(ApiRequest request) {
        var body = request.body();
        var texts = body.strings("scopes");
        var wanted = new NewUserToken(
                body.string("label"),
                parseScopes(texts),
                TimeParser.parseInstant("expires", body.optionalString("expires"), request.receivedAt()));
        return ApiResponses.fromResult(tokens.create(request.principal(), wanted), issued -> {
            try (issued) {
                return ApiResponses.withCredential(
                                201,
                                "user_token",
                                JsonViews.userToken(issued.token(), request.receivedAt()),
                                "token",
                                issued.secret())
                        .withCreatedId(issued.token().id());
            }
        });
    }

    WebResponse show(ApiRequest request) {
        return ApiResponses.fromResult(
                tokens.show(request.pathValue("token")),
                token -> ApiResponses.resource(JsonViews.userToken(token, request.receivedAt()), VOLATILE_MEMBERS));
    }

    WebResponse revoke(ApiRequest request) {
        return ApiResponses.fromResult(tokens.revoke(request.principal(), request.pathValue("token")), revoked -> {
            var json = JsonViews.newObject();
            json.set("user_token", JsonViews.userToken(revoked.token(), request.receivedAt()));
            return ApiResponses.ok(json.put("tickets_ended", revoked.ticketsRevoked())
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
