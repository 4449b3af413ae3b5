package com.kruxos.operator;

import com.kruxos.result.Result;
import com.kruxos.web.http.Problem;
import com.kruxos.web.http.ProblemException;
import org.eclipse.jetty.http.HttpField;

/** Errors that are shown as an error page. */
final class PageErrors {
    private static final String KIND = "page";
    private static final String HOME_HINT = "start at the home page";

    private PageErrors() {}

    static ProblemException of(int status, String title, String detail, String hint) {
        return new ProblemException(new Problem(status, KIND, title, detail, hint));
    }

    static ProblemException of(Result.Refused<?> refused) {
        return switch (refused.reason()) {
            case INVALID -> of(400, "Invalid request", refused.detail(), refused.hint());
            case NOT_FOUND -> of(404, "Not found", refused.detail(), refused.hint());
            case CONFLICT -> of(409, "Conflict with the current state", refused.detail(), refused.hint());
        };
    }

    /** The same error with a hint for people instead of one for programs. */
    static ProblemException withHomeHint(ProblemException error) {
        var problem = error.problem();
        var copy = of(problem.status(), problem.title(), problem.detail(), HOME_HINT);
        for (HttpField header : error.headers()) {
            copy.withHeader(header.getHeader(), header.getValue());
        }
        return copy;
    }

    static ProblemException methodNotAllowed() {
        return new ProblemException(Problem.methodNotAllowed(HOME_HINT));
    }
}
