package com.kruxos.operator;

import com.kruxos.web.http.ProblemException;
import java.net.InetAddress;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;

/** Checks the origin that a browser states for a request. */
final class OriginCheck {
    private static final String SITE = "Sec-Fetch-Site";

    private OriginCheck() {}

    /**
     * Refuses cross-site requests. A client that sends neither header is not a browser, so no site can make it send a
     * cookie.
     *
     * @throws ProblemException 403
     */
    static void requireSameOrigin(Request request) {
        var site = request.getHeaders().get(SITE);
        var origin = request.getHeaders().get(HttpHeader.ORIGIN);
        var own = "https://" + request.getHttpURI().getAuthority();
        // Browsers send null from our own pages because of Referrer-Policy: no-referrer.
        var foreign = (site != null && !site.equals("same-origin"))
                || (origin != null && !(origin.equals("null") && site != null) && !origin.equalsIgnoreCase(own));
        if (foreign) {
            throw PageErrors.of(
                    403,
                    "Cross-site request",
                    "a page of another site sent this form",
                    "use the forms of the dashboard");
        }
    }

    /** Whether the browser followed a link from another site, and therefore did not send the strict cookie. */
    static boolean isCrossSiteNavigation(Request request) {
        var site = request.getHeaders().get(SITE);
        return (site != null)
                && (site.equals("cross-site") || site.equals("same-site"))
                && "navigate".equals(request.getHeaders().get("Sec-Fetch-Mode"));
    }

    /** Whether the host is a DNS name: no address and not localhost. */
    static boolean isDnsName(String host) {
        if (host.equalsIgnoreCase("localhost") || host.startsWith("[")) {
            return false;
        }
        try {
            InetAddress.ofLiteral(host);
            return false;
        } catch (IllegalArgumentException e) {
            return true;
        }
    }
}
