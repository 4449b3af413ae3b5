package com.kruxos.tokenapi;

import com.kruxos.audit.AuditPrincipal;
import com.kruxos.identity.Scope;
import com.kruxos.identity.UserToken;
import java.nio.file.attribute.UserPrincipal;
import java.util.EnumSet;
import java.util.Set;

/** The authenticated caller and its scopes. */
record ApiCaller(AuditPrincipal principal, Set<Scope> scopes) {
    /** The origin in audit records of requests on the admin socket; on the port it is the IP address. */
    static final String ADMIN_SOCKET = "admin.sock";

    ApiCaller {
        scopes = Set.copyOf(scopes);
    }

    /** Root or the service's own user, who can read every file of the appliance anyway. */
    static ApiCaller ofPeer(UserPrincipal user) {
        var principal = new AuditPrincipal(
                AuditPrincipal.PrincipalType.ROOT, user.getName(), user.getName(), ADMIN_SOCKET, null);
        return new ApiCaller(principal, EnumSet.allOf(Scope.class));
    }

    static ApiCaller ofToken(UserToken token, String origin) {
        var principal = new AuditPrincipal(AuditPrincipal.PrincipalType.USER, token.id(), token.label(), origin, null);
        return new ApiCaller(principal, token.scopes());
    }

    /** A rejected peer, of whom only the user of the operating system is known. */
    static AuditPrincipal unauthenticated(String user) {
        return new AuditPrincipal(AuditPrincipal.PrincipalType.USER, "os:" + user, user, ADMIN_SOCKET, null);
    }

    /** Whether the caller is authenticated by the kernel and not by a token. */
    boolean isLocal() {
        return principal.type() == AuditPrincipal.PrincipalType.ROOT;
    }

    boolean hasScope(Scope scope) {
        return scopes.contains(scope) || scopes.contains(Scope.ADMIN);
    }
}
