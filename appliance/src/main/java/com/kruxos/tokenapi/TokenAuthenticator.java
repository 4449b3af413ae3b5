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
 * On the port: only a user token in the {@code Authorization} header is accepted. Responses to repeated wrong tokens
 * are delayed more and more. The token is checked before the throttle, so that valid tokens are never delayed.
 */
final class TokenAuthenticator implements ApiAuthenticator {
    /** The maximum delay is below the time limit of unauthenticated connections, so that the response still arrives. */
    static final LoginThrottle.ThrottlePolicy THROTTLE_POLICY =
            new LoginThrottle.ThrottlePolicy(5, Duration.ofMillis(100), Duration.ofSeconds(5));

    private final UserTokens tokens;
    private final RefusalAudit refusalAudit;
    private final LoginThrottle throttle;

    TokenAuthenticator(UserTokens tokens, RefusalAudit refusalAudit, LoginThrottle throttle) {
        this.tokens = tokens;
        this.refusalAudit = refusalAudit;
        this.throttle = throttle;
    }

    @Override
    public void requireAllowedPeer(Request request, String operation) {
        // Every process of this machine is allowed; Host and Origin are checked by the listener.
    }

    @Override
    public ApiCaller authenticate(Request request, String operation) {
        var source = Request.getRemoteAddr(request);
        var token = ApiAuthenticator.findToken(request.getHeaders().getValuesList(HttpHeader.AUTHORIZATION), tokens);
        if (token.isEmpty()) {
            refusalAudit.recordThrottled(source, operation);
            throw new ProblemException(Problem.unauthenticated(), throttle.recordFailure(source));
        }
        LoopbackListener.markAuthenticated(request);
        return ApiCaller.ofToken(token.get(), source);
    }
}
