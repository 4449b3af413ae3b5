package com.kruxos.web.http;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Response;

/**
 * The body of a request that gets its response before it is read. Bytes that arrive later would be taken for the next
 * request, so the connection must be closed, and the client must be told.
 */
public final class UnreadBody {
    private static final long MAX_DRAINED_BYTES = 32L << 20;

    private UnreadBody() {}

    /**
     * Discards what has arrived; if more is to come, announces that the connection closes. Call it before the response.
     */
    public static void discardAvailable(Response response) {
        if (!response.getRequest().consumeAvailable()) {
            response.getHeaders().put(HttpHeader.CONNECTION, "close");
        }
    }

    /**
     * Reads and discards the rest of the body, at most 32 MiB. Call it after the response is written and before it is
     * committed: a client that is still sending when the connection closes sees a reset instead of the response.
     */
    public static void drain(HttpServletRequest request) {
        try {
            var in = request.getInputStream();
            if (in.isFinished() || in.read() < 0) {
                return;
            }
            var buffer = new byte[8 << 10];
            var left = MAX_DRAINED_BYTES;
            for (var count = in.read(buffer); count >= 0 && left > 0; count = in.read(buffer)) {
                left -= count;
            }
        } catch (IOException | IllegalStateException e) {
            // The client has disconnected, or waits for 100 Continue.
        }
    }
}
