package com.kruxos.web;

import com.kruxos.web.http.Problem;
import com.kruxos.web.http.UnreadBody;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** Answers in place of Jetty's own error page, which would show exceptions and ask what format is liked. */
public final class ProblemErrorHandler implements Request.Handler {
    private final ErrorStyle errorStyle;

    ProblemErrorHandler(ErrorStyle face) {
        this.errorStyle = face;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        var status = request.getAttribute(ErrorHandler.ERROR_STATUS) instanceof Integer code ? code : 500;
        // Once more: what could not be read as a request met no handler, and a failure clears all fields.
        errorStyle.addCommonHeaders(response.getHeaders());
        errorStyle.writeError(response, callback, Problem.ofStatus(status));
        return true;
    }

    /** Writes the problem as the whole reply. */
    public static void write(Response response, Callback callback, Problem problem) {
        if (problem.status() == 401) {
            response.getHeaders().put(HttpHeader.WWW_AUTHENTICATE, "Bearer realm=\"kruxos\"");
        }
        write(response, callback, problem.status(), Problem.CONTENT_TYPE, ByteBuffer.wrap(problem.json()));
    }

    /** The same in a form of one's own. */
    public static void write(Response response, Callback callback, int status, String contentType, ByteBuffer body) {
        UnreadBody.discardAvailable(response);
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, contentType);
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        response.write(true, body, callback);
    }
}
