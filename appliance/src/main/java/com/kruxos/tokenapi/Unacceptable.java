package com.kruxos.tokenapi;

import com.kruxos.web.Problem;

/** A request that is turned away, from wherever that is noticed; becomes its problem at the door. */
final class Unacceptable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    Unacceptable(Problem problem) {
        super(problem.detail(), null, false, false);
        this.problem = problem;
    }

    static Unacceptable invalid(String detail, String hint) {
        return new Unacceptable(Problem.invalid(detail, hint));
    }

    Problem problem() {
        return problem;
    }
}
