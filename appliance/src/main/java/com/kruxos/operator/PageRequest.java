package com.kruxos.operator;

import com.kruxos.audit.AuditPrincipal;
import com.kruxos.identity.OperatorSession;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Fields;

/**
 * An authenticated request.
 *
 * @param pathValues by the name of the path variable
 */
record PageRequest(Request request, BrowserIdentity identity, Map<String, String> pathValues, FormData form) {
    private static final int MAX_BROWSER_LENGTH = 200;

    /** @throws IllegalStateException on a public route without a session */
    BrowserIdentity.SignedIn signedIn() {
        if (identity instanceof BrowserIdentity.SignedIn signedIn) {
            return signedIn;
        }
        throw new IllegalStateException("no operator is signed in");
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

    /** Empty if it is absent, repeated, or not percent-encoded UTF-8. */
    String queryParameter(String name) {
        Fields.Field field;
        try {
            field = Request.extractQueryParameters(request).get(name);
        } catch (RuntimeException e) {
            return "";
        }
        return field == null || field.hasMultipleValues() ? "" : field.getValue();
    }

    String remoteAddress() {
        return Request.getRemoteAddr(request);
    }

    /** The User-Agent header, truncated. */
    String userAgent() {
        var names = request.getHeaders().getValuesList(HttpHeader.USER_AGENT);
        var name = names.isEmpty() ? "" : names.getFirst();
        return name.length() > MAX_BROWSER_LENGTH ? name.substring(0, MAX_BROWSER_LENGTH) : name;
    }

    /** The host name or address in the URL. */
    String host() {
        return Request.getServerName(request);
    }

    static List<String> headerValues(Request request, String header) {
        return request.getHeaders().getValuesList(header);
    }
}
