package com.kruxos.web;

import com.kruxos.web.http.Problem;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** The common headers and the error responses of a listener, also for requests that reach no handler. */
public interface ErrorStyle {
    /** For programs: errors are problems in JSON. */
    ErrorStyle PROBLEM_JSON = ProblemErrorHandler::write;

    /** Adds the headers of every response. */
    default void addCommonHeaders(HttpFields.Mutable fields) {}

    /** Writes the problem as the complete response. */
    void writeError(Response response, Callback callback, Problem problem);
}
