package com.kruxos.identity;

import java.util.function.Function;

/** What came of asking for a change: it is done, or it is refused for a reason a person can act on. */
public sealed interface Answer<T> {
    record Done<T>(T value) implements Answer<T> {}

    /**
     * Nothing was changed.
     *
     * @param detail one sentence for the person who asked; never holds a credential
     * @param hint what they can do about it
     */
    record Refused<T>(Reason reason, String detail, String hint) implements Answer<T> {
        /** The same refusal where another kind of answer was expected. */
        public <U> Refused<U> as() {
            return new Refused<>(reason, detail, hint);
        }
    }

    enum Reason {
        /** The question itself is wrong. */
        INVALID,
        /** What it names is not there. */
        NOT_FOUND,
        /** What it names is not in a state that allows it. */
        CONFLICT
    }

    static <T> Answer<T> done(T value) {
        return new Done<>(value);
    }

    static <T> Answer<T> invalid(String detail, String hint) {
        return new Refused<>(Reason.INVALID, detail, hint);
    }

    static <T> Answer<T> notFound(String detail, String hint) {
        return new Refused<>(Reason.NOT_FOUND, detail, hint);
    }

    static <T> Answer<T> conflict(String detail, String hint) {
        return new Refused<>(Reason.CONFLICT, detail, hint);
    }

    default <U> Answer<U> then(Function<T, Answer<U>> next) {
        return switch (this) {
            case Done<T>(var value) -> next.apply(value);
            case Refused<T> refused -> refused.as();
        };
    }

    default <U> Answer<U> map(Function<T, U> change) {
        return then(value -> done(change.apply(value)));
    }
}
