package com.kruxos.web.http;

import java.time.Duration;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;

/** Ends the processing of a request with an error response. It has no stack trace: it is an expected result. */
public final class ProblemException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;
    private final transient Duration delay;
    private final transient HttpFields.Mutable headers = HttpFields.build();

    public ProblemException(Problem problem) {
        this(problem, Duration.ZERO);
    }

    /**
     * A problem whose response is delayed.
     *
     * @param delay how long the response is delayed, to slow down guessing
     */
    public ProblemException(Problem problem, Duration delay) {
        super(problem.detail(), null, false, false);
        this.problem = problem;
        this.delay = delay;
        if (problem.status() == 401) {
            headers.put(HttpHeader.WWW_AUTHENTICATE, Problem.CHALLENGE);
        }
    }

    public static ProblemException invalid(String detail, String hint) {
        return new ProblemException(Problem.invalid(detail, hint));
    }

    public ProblemException withHeader(HttpHeader name, String value) {
        headers.put(name, value);
        return this;
    }

    public Problem problem() {
        return problem;
    }

    public Duration delay() {
        return delay;
    }

    /** Headers that belong to this error, such as {@code Allow}. */
    public HttpFields headers() {
        return headers;
    }
}
