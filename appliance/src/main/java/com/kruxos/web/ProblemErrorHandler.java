package com.kruxos.web;

import com.kruxos.web.http.Problem;
import com.kruxos.web.http.UnreadBody;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** Replaces Jetty's error page, which would disclose exceptions. */
public final class ProblemErrorHandler implements Request.Handler {
    private final ErrorStyle errorStyle;

    ProblemErrorHandler(ErrorStyle errorStyle) {
        this.errorStyle = errorStyle;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        var status = request.getAttribute(ErrorHandler.ERROR_STATUS) instanceof Integer code ? code : 500;
        // Again: a malformed request reaches no handler, and a failure resets the headers.
        errorStyle.addCommonHeaders(response.getHeaders());
        errorStyle.writeError(response, callback, Problem.ofStatus(status));
        return true;
    }

    /** Writes the problem as the complete response. */
    public static void write(Response response, Callback callback, Problem problem) {
        if (problem.status() == 401) {
            response.getHeaders().put(HttpHeader.WWW_AUTHENTICATE, Problem.CHALLENGE);
        }
        write(response, callback, problem.status(), Problem.CONTENT_TYPE, ByteBuffer.wrap(problem.json()));
    }

    /** Writes an error response with another body. */
    public static void write(Response response, Callback callback, int status, String contentType, ByteBuffer body) {
        UnreadBody.discardAvailable(response);
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, contentType);
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        response.write(true, body, callback);
    }
}
