package com.kruxos.tokenapi;

import com.kruxos.identity.LoginThrottle;
import com.kruxos.identity.UserTokens;
import com.kruxos.web.LoopbackDoor;
import com.kruxos.web.Problem;
import java.time.Duration;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;

/**
 * At the port: a user token in the header, or nothing. Agents' keys and tickets are refused like what never was, and
 * who goes on guessing waits longer each time. The token is looked at first, so whoever has a good one never waits.
 */
final class PortGuard implements Guard {
    /** Well below the time after which a connection without a credential is cut: the answer must still arrive. */
    static final LoginThrottle.ThrottlePolicy PACE =
            new LoginThrottle.ThrottlePolicy(5, Duration.ofMillis(100), Duration.ofSeconds(5));

    private final UserTokens tokens;
    private final Refusals refusals;
    private final LoginThrottle guesses;

    PortGuard(UserTokens tokens, Refusals refusals, LoginThrottle guesses) {
        this.tokens = tokens;
        this.refusals = refusals;
        this.guesses = guesses;
    }

    @Override
    public void greet(Request request, String asked) {
        // Anybody on this machine: names and pages were looked at before.
    }

    @Override
    public Caller admit(Request request, String asked) {
        var source = Request.getRemoteAddr(request);
        var token = Guard.token(request.getHeaders().getValuesList(HttpHeader.AUTHORIZATION), tokens);
        if (token.isEmpty()) {
            refusals.thinned(source, asked);
            throw new Unacceptable(Problem.unauthenticated(), guesses.recordFailure(source));
        }
        LoopbackDoor.known(request);
        return Caller.user(token.get(), source);
    }
}
