package com.kruxos.result;

import java.util.function.Function;

/** The result of a requested change: done, or refused for a reason that the user can act on. */
public sealed interface Result<T> {
    record Done<T>(T value) implements Result<T> {}

    /**
     * Nothing was changed.
     *
     * @param detail one sentence for the user; never contains a credential
     * @param hint the next step
     */
    record Refused<T>(RefusalReason reason, String detail, String hint) implements Result<T> {
        /** The same refusal as a result of another type. */
        public <U> Refused<U> cast() {
            return new Refused<>(reason, detail, hint);
        }
    }

    enum RefusalReason {
        /** The request itself is wrong. */
        INVALID,
        /** What the request names does not exist. */
        NOT_FOUND,
        /** What the request names is not in a state that allows it. */
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
