package com.kruxos.web;

import com.kruxos.web.http.Problem;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** What anybody sees of a door, even who is refused before anything behind it is asked. */
public interface ErrorStyle {
    /** That of a door for programs: its refusals are problems in JSON. */
    ErrorStyle PROBLEM_JSON = ProblemErrorHandler::write;

    /** Adds what every answer of this door carries. */
    default void addCommonHeaders(HttpFields.Mutable fields) {}

    /** Writes a refusal as the whole reply. */
    void writeError(Response response, Callback callback, Problem problem);
}
