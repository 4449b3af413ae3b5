package com.kruxos.tokenapi;

import com.kruxos.web.Problem;
import java.time.Duration;

/** A request that is turned away, from wherever that is noticed; becomes its problem at the door. */
final class Unacceptable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;
    private final transient Duration wait;

    Unacceptable(Problem problem) {
        this(problem, Duration.ZERO);
    }

    /** @param wait how long the answer is held back */
    Unacceptable(Problem problem, Duration wait) {
        super(problem.detail(), null, false, false);
        this.problem = problem;
        this.wait = wait;
    }

    static Unacceptable invalid(String detail, String hint) {
        return new Unacceptable(Problem.invalid(detail, hint));
    }

    Problem problem() {
        return problem;
    }

    Duration heldBack() {
        return wait;
    }
}
