package com.kruxos.web;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Response;

/**
 * The body of a request that is answered before anybody read it. What of it is still under way would be taken for the
 * next request, so the connection has to end; whoever is not told that sends its next request into the void.
 */
public final class Unread {
    private Unread() {}

    /** Before the first byte of an answer is sent: throws away what came, and says that we hang up when more will. */
    public static void discard(Response response) {
        if (!response.getRequest().consumeAvailable()) {
            response.getHeaders().put(HttpHeader.CONNECTION, "close");
        }
    }
}
