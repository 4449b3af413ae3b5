package com.kruxos.operator;

import java.net.InetAddress;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;

/** From where a browser says a request comes. */
final class OriginCheck {
    private static final String SITE = "Sec-Fetch-Site";

    private OriginCheck() {}

    /**
     * Refuses what another page sent; programs that say nothing of it are not browsers, and carry no cookie by
     * themselves.
     */
    static void requireSameOrigin(Request request) {
        var site = request.getHeaders().get(SITE);
        var origin = request.getHeaders().get(HttpHeader.ORIGIN);
        var own = "https://" + request.getHttpURI().getAuthority();
        // Browsers send null from our own pages, because those keep referrers to themselves.
        var foreign = (site != null && !site.equals("same-origin"))
                || (origin != null && !(origin.equals("null") && site != null) && !origin.equalsIgnoreCase(own));
        if (foreign) {
            throw new PageError(
                    403, "Not from here", "a page of another site sent this", "Do it on a page of the dashboard.");
        }
    }

    /** Whether somebody got here by a link on another site, so that the browser keeps our strict cookie back. */
    static boolean isCrossSiteNavigation(Request request) {
        var site = request.getHeaders().get(SITE);
        return (site != null)
                && (site.equals("cross-site") || site.equals("same-site"))
                && "navigate".equals(request.getHeaders().get("Sec-Fetch-Mode"));
    }

    /** Whether this is the name of a host, and not an address or this machine's name for itself. */
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
