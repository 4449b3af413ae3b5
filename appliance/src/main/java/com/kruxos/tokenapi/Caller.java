package com.kruxos.tokenapi;

import com.kruxos.audit.Principal;
import com.kruxos.identity.Scope;
import com.kruxos.identity.UserToken;
import java.nio.file.attribute.UserPrincipal;
import java.util.EnumSet;
import java.util.Set;

/** Who asks, and what they may. */
record Caller(Principal who, Set<Scope> scopes) {
    static final String ORIGIN = "admin.sock";

    Caller {
        scopes = Set.copyOf(scopes);
    }

    /** Root or the service's own user: the kernel vouches for them, and they could read every file anyway. */
    static Caller local(UserPrincipal user) {
        return new Caller(principal(Principal.Type.ROOT, user), EnumSet.allOf(Scope.class));
    }

    static Caller user(UserToken token) {
        var who = new Principal(Principal.Type.USER, token.id(), token.label(), ORIGIN, null);
        return new Caller(who, token.scopes());
    }

    static Principal principal(Principal.Type type, UserPrincipal user) {
        return new Principal(type, "os:" + user.getName(), user.getName(), ORIGIN, null);
    }

    boolean may(Scope scope) {
        return scopes.contains(scope) || scopes.contains(Scope.ADMIN);
    }
}
