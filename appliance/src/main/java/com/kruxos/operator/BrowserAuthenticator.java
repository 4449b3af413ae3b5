package com.kruxos.operator;

import com.kruxos.admin.OperatorAdmin;
import com.kruxos.audit.AuditWriteFailed;
import com.kruxos.audit.RecordThrottle;
import com.kruxos.identity.OperatorSession;
import com.kruxos.identity.OperatorSessions;
import com.kruxos.web.HttpListener;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;

/**
 * Identifies browsers by cookie only. A credential of another endpoint is not valid here and its use is recorded: it
 * may be a stolen credential, or a client with the wrong port. Thread-safe.
 */
final class BrowserAuthenticator {
    private static final String BEARER = "Bearer ";

    private final OperatorAdmin operators;
    private final RecordThrottle recordThrottle;

    BrowserAuthenticator(OperatorAdmin operators, InstantSource clock) {
        this.operators = operators;
        recordThrottle = new RecordThrottle(clock);
    }

    BrowserIdentity identify(Request request) {
        recordForeignCredentials(request);
        return authenticate(request)
                .orElseGet(() -> DashboardCookies.find(request, DashboardCookies.ANONYMOUS)
                        .map(cookie -> new BrowserIdentity.SignedOut(cookie, false))
                        .orElseGet(() -> new BrowserIdentity.SignedOut(
                                new String(DashboardCookies.newAnonymousValue(), StandardCharsets.US_ASCII), true)));
    }

    /** For live updates: does not extend the session. */
    Optional<OperatorSession> authenticateWithoutRenewal(Request request) {
        recordForeignCredentials(request);
        var session = DashboardCookies.find(request, DashboardCookies.SESSION)
                .flatMap(cookie -> operators.authenticateWithoutRenewal(cookie.getBytes(StandardCharsets.UTF_8)));
        session.ifPresent(found -> HttpListener.markAuthenticated(request));
        return session;
    }

    private Optional<BrowserIdentity> authenticate(Request request) {
        return DashboardCookies.find(request, DashboardCookies.SESSION)
                .flatMap(cookie -> operators
                        .authenticate(cookie.getBytes(StandardCharsets.UTF_8))
                        .flatMap(session -> operators.principalOf(session).<BrowserIdentity>map(principal -> {
                            HttpListener.markAuthenticated(request);
                            return new BrowserIdentity.SignedIn(cookie, session, principal);
                        })));
    }

    /** An ended session is not recorded: browsers send its cookie until they are closed. */
    private void recordForeignCredentials(Request request) {
        var bearer = request.getHeaders().getValuesList(HttpHeader.AUTHORIZATION).stream()
                .anyMatch(shown -> shown.regionMatches(true, 0, BEARER, 0, BEARER.length()));
        if (!bearer
                && DashboardCookies.values(request, DashboardCookies.SESSION).stream()
                        .allMatch(BrowserAuthenticator::hasSessionKeyFormat)) {
            return;
        }
        try {
            recordThrottle.recordOccurrence(count -> operators.recordRefusal(
                    Request.getRemoteAddr(request), OperatorAdmin.SIGN_IN, "a credential of another endpoint", count));
        } catch (AuditWriteFailed e) {
            // The credential is refused anyway; a health check reports that the log cannot be written.
        }
    }

    private static boolean hasSessionKeyFormat(String cookie) {
        return OperatorSessions.hasKeyFormat(cookie.getBytes(StandardCharsets.UTF_8));
    }
}
