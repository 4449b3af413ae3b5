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
    private static final Set<String> MOVING = Set.of("last_used");

    private final TokenAdmin tokens;

    TokenRoutes(TokenAdmin tokens) {
        this.tokens = tokens;
    }

    Reply list(Ask ask) {
        return Page.of(ask, tokens.list(), TokenRoutes::key, token -> Views.userToken(token, ask.now()));
    }

    Reply create(Ask ask) {
        var body = ask.body();
        var texts = body.texts("scopes");
        var wanted = new NewUserToken(
                body.text("label"), scopes(texts), Times.moment("expires", body.optionalText("expires"), ask.now()));
        return Reply.of(tokens.create(ask.who(), wanted), issued -> {
            try (issued) {
                return Reply.withKey(
                                201, "user_token", Views.userToken(issued.token(), ask.now()), "token", issued.secret())
                        .made(issued.token().id());
            }
        });
    }

    Reply show(Ask ask) {
        return Reply.of(
                tokens.show(ask.path("token")), token -> Reply.single(Views.userToken(token, ask.now()), MOVING));
    }

    Reply revoke(Ask ask) {
        return Reply.of(tokens.revoke(ask.who(), ask.path("token")), revoked -> {
            var json = Views.object();
            json.set("user_token", Views.userToken(revoked.token(), ask.now()));
            return Reply.ok(
                    json.put("tickets_ended", revoked.ticketsEnded()).put("sessions_closed", revoked.sessionsClosed()));
        });
    }

    /** Oldest first. */
    private static String key(UserToken token) {
        return Page.byTime(token.created(), token.id());
    }

    private static Set<Scope> scopes(List<String> texts) {
        if (texts.isEmpty()) {
            return Set.of(Scope.READ);
        }
        return texts.stream().map(TokenRoutes::scope).collect(Collectors.toSet());
    }

    private static Scope scope(String text) {
        var known = Arrays.stream(Scope.values()).map(Scope::text).collect(Collectors.toSet());
        return Scope.of(text).orElseThrow(() -> Body.unknown("scope", text, known));
    }
}
