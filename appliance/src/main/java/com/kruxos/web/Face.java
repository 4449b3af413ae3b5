package com.kruxos.web;

import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** What anybody sees of a door, even who is refused before anything behind it is asked. */
public interface Face {
    /** That of a door for programs: its refusals are problems in JSON. */
    Face PROGRAMS = ProblemHandler::write;

    /** Adds what every answer of this door carries. */
    default void mark(HttpFields.Mutable fields) {}

    /** Writes a refusal as the whole reply. */
    void refuse(Response response, Callback callback, Problem problem);
}
