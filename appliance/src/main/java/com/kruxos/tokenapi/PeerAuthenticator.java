package com.kruxos.tokenapi;

import com.kruxos.identity.UserTokens;
import com.kruxos.web.UnixPeer;
import com.kruxos.web.http.Problem;
import com.kruxos.web.http.ProblemException;
import java.nio.file.attribute.UserPrincipal;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;

/** On the admin socket: the kernel identifies the peer; a user token, if sent, restricts what the peer may do. */
final class PeerAuthenticator implements ApiAuthenticator {
    private final UserTokens tokens;
    private final RefusalAudit refusalAudit;

    /** Root and the service's own user. */
    private final Set<UserPrincipal> trustedUsers;

    PeerAuthenticator(UserTokens tokens, RefusalAudit refusalAudit, Set<UserPrincipal> trustedUsers) {
        this.tokens = tokens;
        this.refusalAudit = refusalAudit;
        this.trustedUsers = Set.copyOf(trustedUsers);
    }

    @Override
    public void requireAllowedPeer(Request request, String operation) {
        requireTrustedUser(request, operation);
    }

    /** An {@code Authorization} header takes precedence over the peer, also if it is invalid. */
    @Override
    public ApiCaller authenticate(Request request, String operation) {
        var user = requireTrustedUser(request, operation);
        var authorization = request.getHeaders().getValuesList(HttpHeader.AUTHORIZATION);
        if (authorization.isEmpty()) {
            return ApiCaller.ofPeer(user);
        }
        return ApiAuthenticator.findToken(authorization, tokens)
                .map(token -> ApiCaller.ofToken(token, ApiCaller.ADMIN_SOCKET))
                .orElseThrow(() -> {
                    refusalAudit.record(ApiCaller.unauthenticated(user.getName()), operation, "invalid user token");
                    return new ProblemException(Problem.unauthenticated());
                });
    }

    private UserPrincipal requireTrustedUser(Request request, String operation) {
        if (request.getHeaders().contains(HttpHeader.ORIGIN)) {
            throw new ProblemException(
                    Problem.forbidden("this request comes from a web page", "web pages cannot use this socket"));
        }
        Optional<UserPrincipal> peer = UnixPeer.userOf(request);
        return peer.filter(trustedUsers::contains).orElseThrow(() -> {
            var name = peer.map(UserPrincipal::getName).orElse("unknown");
            refusalAudit.record(ApiCaller.unauthenticated(name), operation, "untrusted user");
            return new ProblemException(Problem.forbidden(
                    "this socket accepts only root and the user the appliance runs as",
                    "use sudo, or a user token on the API port"));
        });
    }
}
