package com.kruxos.tokenapi;

import com.kruxos.identity.LoginThrottle;
import com.kruxos.identity.UserTokens;
import com.kruxos.web.LoopbackListener;
import com.kruxos.web.http.Problem;
import com.kruxos.web.http.ProblemException;
import java.time.Duration;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;

/**
 * At the port: a user token in the header, or nothing. Agents' keys and tickets are refused like what never was, and
 * who goes on guessing waits longer each time. The token is looked at first, so whoever has a good one never waits.
 */
final class TokenAuthenticator implements ApiAuthenticator {
    /** Well below the time after which a connection without a credential is cut: the answer must still arrive. */
    static final LoginThrottle.ThrottlePolicy THROTTLE_POLICY =
            new LoginThrottle.ThrottlePolicy(5, Duration.ofMillis(100), Duration.ofSeconds(5));

    private final UserTokens tokens;
    private final RefusalAudit refusalAudit;
    private final LoginThrottle throttle;

    TokenAuthenticator(UserTokens tokens, RefusalAudit refusals, LoginThrottle guesses) {
        this.tokens = tokens;
        this.refusalAudit = refusals;
        this.throttle = guesses;
    }

    @Override
    public void requireAllowedPeer(Request request, String asked) {
        // Anybody on this machine: names and pages were looked at before.
    }

    @Override
    public ApiCaller authenticate(Request request, String asked) {
        var source = Request.getRemoteAddr(request);
        var token = ApiAuthenticator.findToken(request.getHeaders().getValuesList(HttpHeader.AUTHORIZATION), tokens);
        if (token.isEmpty()) {
            refusalAudit.recordThrottled(source, asked);
            throw new ProblemException(Problem.unauthenticated(), throttle.recordFailure(source));
        }
        LoopbackListener.markAuthenticated(request);
        return ApiCaller.ofToken(token.get(), source);
    }
}
