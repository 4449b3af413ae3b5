package com.kruxos.tokenapi;

import com.kruxos.identity.UserTokens;
import com.kruxos.web.Peer;
import com.kruxos.web.Problem;
import java.nio.file.attribute.UserPrincipal;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;

/** At the admin socket: the kernel says who is there, and a token shown narrows what they may. */
final class SocketGuard implements Guard {
    private final UserTokens tokens;
    private final Refusals refusals;

    /** Root and the service's own user. */
    private final Set<UserPrincipal> trusted;

    SocketGuard(UserTokens tokens, Refusals refusals, Set<UserPrincipal> trusted) {
        this.tokens = tokens;
        this.refusals = refusals;
        this.trusted = Set.copyOf(trusted);
    }

    @Override
    public void greet(Request request, String asked) {
        user(request, asked);
    }

    /** When there is an {@code Authorization} header, only it counts. */
    @Override
    public Caller admit(Request request, String asked) {
        var user = user(request, asked);
        var authorization = request.getHeaders().getValuesList(HttpHeader.AUTHORIZATION);
        if (authorization.isEmpty()) {
            return Caller.local(user);
        }
        return Guard.token(authorization, tokens)
                .map(token -> Caller.user(token, Caller.SOCKET))
                .orElseThrow(() -> {
                    refusals.record(Caller.stranger(user.getName()), asked, "no user token that counts");
                    return new Unacceptable(Problem.unauthenticated());
                });
    }

    private UserPrincipal user(Request request, String asked) {
        if (request.getHeaders().contains(HttpHeader.ORIGIN)) {
            throw new Unacceptable(
                    Problem.forbidden("this request comes from a web page", "pages have no business on this socket"));
        }
        Optional<UserPrincipal> peer = Peer.of(request);
        return peer.filter(trusted::contains).orElseThrow(() -> {
            var name = peer.map(UserPrincipal::getName).orElse("unknown");
            refusals.record(Caller.stranger(name), asked, "not our user");
            return new Unacceptable(Problem.forbidden(
                    "this socket is for root and for the user the appliance runs as",
                    "use sudo, or ask for a user token"));
        });
    }
}
