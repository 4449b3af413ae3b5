package com.kruxos.web.http;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Response;

/**
 * The body of a request that is answered before anybody read it. What of it is still under way would be taken for the
 * next request, so the connection has to end; whoever is not told that sends its next request into the void.
 */
public final class UnreadBody {
    private static final long MAX_DRAINED_BYTES = 32L << 20;

    private UnreadBody() {}

    /** Before the first byte of an answer is sent: throws away what came, and says that we hang up when more will. */
    public static void discardAvailable(Response response) {
        if (!response.getRequest().consumeAvailable()) {
            response.getHeaders().put(HttpHeader.CONNECTION, "close");
        }
    }

    /**
     * Behind an answer that is not sent yet: reads what is still to come, 32 MiB at most, and throws it away. Who is
     * still sending when the line is closed hears a broken line and not the answer.
     */
    public static void drain(HttpServletRequest request) {
        try {
            var in = request.getInputStream();
            if (in.isFinished() || in.read() < 0) {
                return; // as nearly always
            }
            var piece = new byte[8 << 10];
            var left = MAX_DRAINED_BYTES;
            for (var read = in.read(piece); read >= 0 && left > 0; read = in.read(piece)) {
                left -= read;
            }
        } catch (IOException | IllegalStateException e) {
            // It is gone, or was never going to send it.
        }
    }
}
