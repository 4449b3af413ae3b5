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
 * @param path what stands in the path where the route has {@code {name}}
 */
record Ask(Request request, Visitor visitor, Map<String, String> path, Form form) {
    private static final int LONGEST_BROWSER = 200;

    /**
     * Who is signed in.
     *
     * @throws IllegalStateException on a route that is open to guests
     */
    Visitor.Seated seated() {
        if (visitor instanceof Visitor.Seated seated) {
            return seated;
        }
        throw new IllegalStateException("nobody is signed in");
    }

    OperatorSession seat() {
        return seated().seat();
    }

    AuditPrincipal who() {
        return seated().who();
    }

    String path(String name) {
        return path.getOrDefault(name, "");
    }

    /** A parameter of the query; empty when it is not there, or more than once. */
    String query(String name) {
        Fields.Field field;
        try {
            field = Request.extractQueryParameters(request).get(name);
        } catch (RuntimeException e) {
            return ""; // it is not percent-encoded UTF-8
        }
        return field == null || field.hasMultipleValues() ? "" : field.getValue();
    }

    /** The address they come from. */
    String origin() {
        return Request.getRemoteAddr(request);
    }

    /** What their browser calls itself. */
    String browser() {
        var names = request.getHeaders().getValuesList(HttpHeader.USER_AGENT);
        var name = names.isEmpty() ? "" : names.getFirst();
        return name.length() > LONGEST_BROWSER ? name.substring(0, LONGEST_BROWSER) : name;
    }

    /** By what name or address they reached us. */
    String host() {
        return Request.getServerName(request);
    }

    /** Values of a header, as they were sent. */
    static List<String> values(Request request, String header) {
        return request.getHeaders().getValuesList(header);
    }
}
