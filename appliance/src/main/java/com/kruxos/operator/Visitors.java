package com.kruxos.operator;

import com.kruxos.admin.OperatorAdmin;
import com.kruxos.audit.AuditWriteFailed;
import com.kruxos.audit.RecordThrottle;
import com.kruxos.identity.OperatorSession;
import com.kruxos.identity.OperatorSessions;
import com.kruxos.web.Web;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;

/**
 * Who asks, by the cookie alone. A credential of another door opens nothing, and that it was shown is recorded:
 * somebody tries what they found, or a program is set up with the wrong port and sends its key there. Safe for any
 * thread.
 */
final class Visitors {
    private static final String BEARER = "Bearer ";

    private final OperatorAdmin operators;
    private final RecordThrottle strays;

    Visitors(OperatorAdmin operators, InstantSource clock) {
        this.operators = operators;
        strays = new RecordThrottle(clock);
    }

    Visitor of(Request request) {
        tellOfOtherDoors(request);
        return seated(request)
                .orElseGet(() -> Cookies.find(request, Cookies.VISIT)
                        .map(cookie -> new Visitor.Guest(cookie, false))
                        .orElseGet(() ->
                                new Visitor.Guest(new String(Cookies.freshVisit(), StandardCharsets.US_ASCII), true)));
    }

    /** Who only watches: that is not doing something. */
    Optional<OperatorSession> watcher(Request request) {
        tellOfOtherDoors(request);
        var watcher = Cookies.find(request, Cookies.SEAT)
                .flatMap(cookie -> operators.watching(cookie.getBytes(StandardCharsets.UTF_8)));
        watcher.ifPresent(seat -> Web.known(request));
        return watcher;
    }

    private Optional<Visitor> seated(Request request) {
        return Cookies.find(request, Cookies.SEAT)
                .flatMap(cookie -> operators
                        .seated(cookie.getBytes(StandardCharsets.UTF_8))
                        .flatMap(seat -> operators.principal(seat).<Visitor>map(who -> {
                            Web.known(request);
                            return new Visitor.Seated(cookie, seat, who);
                        })));
    }

    /** A session that has ended is none of these: browsers show theirs until they are closed. */
    private void tellOfOtherDoors(Request request) {
        var bearer = request.getHeaders().getValuesList(HttpHeader.AUTHORIZATION).stream()
                .anyMatch(shown -> shown.regionMatches(true, 0, BEARER, 0, BEARER.length()));
        if (!bearer && Cookies.values(request, Cookies.SEAT).stream().allMatch(Visitors::mayBeOurs)) {
            return;
        }
        try {
            strays.recordOccurrence(count -> operators.refused(
                    Request.getRemoteAddr(request), OperatorAdmin.SIGN_IN, "a credential of another door", count));
        } catch (AuditWriteFailed e) {
            // It opens nothing all the same; health says that nothing can be written.
        }
    }

    private static boolean mayBeOurs(String cookie) {
        return OperatorSessions.hasKeyFormat(cookie.getBytes(StandardCharsets.UTF_8));
    }
}
