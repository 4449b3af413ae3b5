package com.kruxos.tokenapi;

import com.kruxos.audit.AuditPrincipal;
import com.kruxos.identity.Scope;
import com.kruxos.identity.UserToken;
import java.nio.file.attribute.UserPrincipal;
import java.util.EnumSet;
import java.util.Set;

/** Who asks, and what they may. */
record ApiCaller(AuditPrincipal principal, Set<Scope> scopes) {
    /** The origin of whoever comes in by the admin socket; by the port it is an address. */
    static final String ADMIN_SOCKET = "admin.sock";

    ApiCaller {
        scopes = Set.copyOf(scopes);
    }

    /** Root or the service's own user: the kernel vouches for them, and they could read every file anyway. */
    static ApiCaller ofPeer(UserPrincipal user) {
        var who = new AuditPrincipal(
                AuditPrincipal.PrincipalType.ROOT, user.getName(), user.getName(), ADMIN_SOCKET, null);
        return new ApiCaller(who, EnumSet.allOf(Scope.class));
    }

    static ApiCaller ofToken(UserToken token, String origin) {
        var who = new AuditPrincipal(AuditPrincipal.PrincipalType.USER, token.id(), token.label(), origin, null);
        return new ApiCaller(who, token.scopes());
    }

    /** Somebody who showed nothing that counts: all that is known is the user of the operating system. */
    static AuditPrincipal unauthenticated(String user) {
        return new AuditPrincipal(AuditPrincipal.PrincipalType.USER, "os:" + user, user, ADMIN_SOCKET, null);
    }

    /** Whether they need no token. */
    boolean isLocal() {
        return principal.type() == AuditPrincipal.PrincipalType.ROOT;
    }

    boolean hasScope(Scope scope) {
        return scopes.contains(scope) || scopes.contains(Scope.ADMIN);
    }
}
