package com.kruxos.admin;

import com.kruxos.audit.Details;
import com.kruxos.audit.Principal;
import com.kruxos.identity.Answer;
import com.kruxos.identity.IssuedToken;
import com.kruxos.identity.NewUserToken;
import com.kruxos.identity.Scope;
import com.kruxos.identity.UserToken;
import com.kruxos.identity.UserTokens;
import java.util.List;

/** Making, showing and revoking the tokens of users. */
public final class TokenAdmin {
    private final Acts acts;
    private final UserTokens tokens;

    TokenAdmin(Acts acts, Parts parts) {
        this.acts = acts;
        this.tokens = parts.tokens();
    }

    public List<UserToken> list() {
        return tokens.list();
    }

    public Answer<IssuedToken> create(Principal who, NewUserToken wanted) {
        var scopes = wanted.scopes().stream().sorted().map(Scope::text).toList();
        return acts.perform(
                Act.of(who, "user-token.create", wanted.label())
                        .saying(Details.none().with("scopes", scopes)),
                () -> tokens.create(wanted),
                issued -> Details.none()
                        .with("id", issued.token().id())
                        .with("last_four", issued.token().lastFour()));
    }

    public Answer<UserToken> revoke(Principal who, String id) {
        return acts.perform(Act.of(who, "user-token.revoke", id), () -> tokens.revoke(id));
    }
}
