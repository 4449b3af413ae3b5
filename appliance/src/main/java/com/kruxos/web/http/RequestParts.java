package com.kruxos.web.http;

import java.util.Locale;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Fields;

/** Parts of a request in the form in which they are compared. */
public final class RequestParts {
    private RequestParts() {}

    /** The path, with only unreserved characters percent-decoded; empty if there is none. */
    public static String path(Request request) {
        var path = request.getHttpURI().getCanonicalPath();
        return path == null ? "" : path;
    }

    /** The {@code Content-Type} in lower case and without parameters; empty if there is none. */
    public static String mediaType(Request request) {
        var header = request.getHeaders().get(HttpHeader.CONTENT_TYPE);
        return header == null ? "" : header.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    }

    /**
     * Parses the query.
     *
     * @throws ProblemException 400 if the query is not percent-encoded UTF-8
     */
    public static Fields query(Request request) {
        try {
            return Request.extractQueryParameters(request);
        } catch (RuntimeException e) {
            throw ProblemException.invalid("the query cannot be decoded", "percent-encode it as UTF-8");
        }
    }
}
