package com.kruxos.operator;

import com.kruxos.audit.AuditPrincipal;
import com.kruxos.identity.OperatorSession;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Fields;

/**
 * A request that was let in.
 *
 * @param pathValues what stands in the path where the route has {@code {name}}
 */
record PageRequest(Request request, BrowserIdentity identity, Map<String, String> pathValues, FormData form) {
    private static final int MAX_BROWSER_LENGTH = 200;

    /**
     * Who is signed in.
     *
     * @throws IllegalStateException on a route that is open to guests
     */
    BrowserIdentity.SignedIn signedIn() {
        if (identity instanceof BrowserIdentity.SignedIn seated) {
            return seated;
        }
        throw new IllegalStateException("nobody is signed in");
    }

    OperatorSession session() {
        return signedIn().session();
    }

    AuditPrincipal principal() {
        return signedIn().principal();
    }

    String path(String name) {
        return pathValues.getOrDefault(name, "");
    }

    /** A parameter of the query; empty when it is not there, or more than once. */
    String queryParameter(String name) {
        Fields.Field field;
        try {
            field = Request.extractQueryParameters(request).get(name);
        } catch (RuntimeException e) {
            return ""; // it is not percent-encoded UTF-8
        }
        return field == null || field.hasMultipleValues() ? "" : field.getValue();
    }

    /** The address they come from. */
    String remoteAddress() {
        return Request.getRemoteAddr(request);
    }

    /** What their browser calls itself. */
    String userAgent() {
        var names = request.getHeaders().getValuesList(HttpHeader.USER_AGENT);
        var name = names.isEmpty() ? "" : names.getFirst();
        return name.length() > MAX_BROWSER_LENGTH ? name.substring(0, MAX_BROWSER_LENGTH) : name;
    }

    /** By what name or address they reached us. */
    String host() {
        return Request.getServerName(request);
    }

    /** Values of a header, as they were sent. */
    static List<String> headerValues(Request request, String header) {
        return request.getHeaders().getValuesList(header);
    }
}
