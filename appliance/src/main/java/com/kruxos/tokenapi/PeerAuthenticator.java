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

/** At the admin socket: the kernel says who is there, and a token shown narrows what they may. */
final class PeerAuthenticator implements ApiAuthenticator {
    private final UserTokens tokens;
    private final RefusalAudit refusalAudit;

    /** Root and the service's own user. */
    private final Set<UserPrincipal> trustedUsers;

    PeerAuthenticator(UserTokens tokens, RefusalAudit refusals, Set<UserPrincipal> trusted) {
        this.tokens = tokens;
        this.refusalAudit = refusals;
        this.trustedUsers = Set.copyOf(trusted);
    }

    @Override
    public void requireAllowedPeer(Request request, String asked) {
        requireTrustedUser(request, asked);
    }

    /** When there is an {@code Authorization} header, only it counts. */
    @Override
    public ApiCaller authenticate(Request request, String asked) {
        var user = requireTrustedUser(request, asked);
        var authorization = request.getHeaders().getValuesList(HttpHeader.AUTHORIZATION);
        if (authorization.isEmpty()) {
            return ApiCaller.ofPeer(user);
        }
        return ApiAuthenticator.findToken(authorization, tokens)
                .map(token -> ApiCaller.ofToken(token, ApiCaller.ADMIN_SOCKET))
                .orElseThrow(() -> {
                    refusalAudit.record(ApiCaller.unauthenticated(user.getName()), asked, "no user token that counts");
                    return new ProblemException(Problem.unauthenticated());
                });
    }

    private UserPrincipal requireTrustedUser(Request request, String asked) {
        if (request.getHeaders().contains(HttpHeader.ORIGIN)) {
            throw new ProblemException(
                    Problem.forbidden("this request comes from a web page", "pages have no business on this socket"));
        }
        Optional<UserPrincipal> peer = UnixPeer.userOf(request);
        return peer.filter(trustedUsers::contains).orElseThrow(() -> {
            var name = peer.map(UserPrincipal::getName).orElse("unknown");
            refusalAudit.record(ApiCaller.unauthenticated(name), asked, "not our user");
            return new ProblemException(Problem.forbidden(
                    "this socket is for root and for the user the appliance runs as",
                    "use sudo, or ask for a user token"));
        });
    }
}
