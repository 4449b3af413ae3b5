package com.kruxos.web.http;

import java.time.Duration;

/** A request that is turned away, from wherever that is noticed; becomes its problem at the door. */
public final class ProblemException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;
    private final transient Duration delay;

    public ProblemException(Problem problem) {
        this(problem, Duration.ZERO);
    }

    /** @param wait how long the answer is held back */
    public ProblemException(Problem problem, Duration wait) {
        super(problem.detail(), null, false, false);
        this.problem = problem;
        this.delay = wait;
    }

    public static ProblemException invalid(String detail, String hint) {
        return new ProblemException(Problem.invalid(detail, hint));
    }

    public Problem problem() {
        return problem;
    }

    public Duration delay() {
        return delay;
    }
}
