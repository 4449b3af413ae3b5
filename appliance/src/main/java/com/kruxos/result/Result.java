package com.kruxos.result;

import java.util.function.Function;

/** What came of asking for a change: it is done, or it is refused for a reason a person can act on. */
public sealed interface Result<T> {
    record Done<T>(T value) implements Result<T> {}

    /**
     * Nothing was changed.
     *
     * @param detail one sentence for the person who asked; never holds a credential
     * @param hint what they can do about it
     */
    record Refused<T>(RefusalReason reason, String detail, String hint) implements Result<T> {
        /** The same refusal where another kind of answer was expected. */
        public <U> Refused<U> cast() {
            return new Refused<>(reason, detail, hint);
        }
    }

    enum RefusalReason {
        /** The question itself is wrong. */
        INVALID,
        /** What it names is not there. */
        NOT_FOUND,
        /** What it names is not in a state that allows it. */
        CONFLICT
    }

    static <T> Result<T> done(T value) {
        return new Done<>(value);
    }

    static <T> Result<T> invalid(String detail, String hint) {
        return new Refused<>(RefusalReason.INVALID, detail, hint);
    }

    static <T> Result<T> notFound(String detail, String hint) {
        return new Refused<>(RefusalReason.NOT_FOUND, detail, hint);
    }

    static <T> Result<T> conflict(String detail, String hint) {
        return new Refused<>(RefusalReason.CONFLICT, detail, hint);
    }

    default <U> Result<U> flatMap(Function<T, Result<U>> next) {
        return switch (this) {
            case Done<T>(var value) -> next.apply(value);
            case Refused<T> refused -> refused.cast();
        };
    }

    default <U> Result<U> map(Function<T, U> change) {
        return flatMap(value -> done(change.apply(value)));
    }
}
