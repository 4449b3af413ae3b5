package com.kruxos.call;

import com.kruxos.server.Answer;
import java.util.Locale;

/** How a request of an agent ended, in the words of the record. */
enum Ending {
    ANSWERED,
    ERROR,
    NOT_SENT,
    LOST,
    TIMED_OUT,
    CANCELLED,
    REFUSED;

    static Ending of(Answer answer) {
        return switch (answer) {
            case Answer.Replied replied -> replied.error() ? ERROR : ANSWERED;
            case Answer.Down _ -> NOT_SENT;
            case Answer.Lost _ -> LOST;
            case Answer.TimedOut _ -> TIMED_OUT;
            case Answer.Withdrawn _ -> CANCELLED;
        };
    }

    /** What the record and the figures call it. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
