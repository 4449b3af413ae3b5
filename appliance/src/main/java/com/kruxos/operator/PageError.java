package com.kruxos.operator;

import com.kruxos.result.Result;

/** A request that is not answered with the page it asks for, and why. The texts are shown. */
final class PageError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String title;
    private final String hint;

    PageError(int status, String title, String detail) {
        this(status, title, detail, "Go back to the page before, and try from there.");
    }

    PageError(int status, String title, String detail, String hint) {
        super(detail, null, false, false);
        this.status = status;
        this.title = title;
        this.hint = hint;
    }

    static PageError notFound() {
        return new PageError(404, "Not found", "there is nothing at this address", "Begin at the first page.");
    }

    static PageError of(Result.Refused<?> refused) {
        var hint = SignInPages.sentence(refused.hint());
        return switch (refused.reason()) {
            case INVALID -> new PageError(400, "The request is not valid", refused.detail(), hint);
            case NOT_FOUND -> new PageError(404, "Not found", refused.detail(), hint);
            case CONFLICT -> new PageError(409, "Not in this state", refused.detail(), hint);
        };
    }

    int status() {
        return status;
    }

    String title() {
        return title;
    }

    String detail() {
        return String.valueOf(getMessage());
    }

    String hint() {
        return hint;
    }
}
