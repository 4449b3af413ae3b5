package com.kruxos.call;

import com.kruxos.server.CallResult;
import java.util.Locale;

/** How a request of an agent ended, in the words of the record. */
enum RecordedOutcome {
    ANSWERED,
    ERROR,
    NOT_SENT,
    LOST,
    TIMED_OUT,
    CANCELLED,
    REFUSED;

    static RecordedOutcome of(CallResult answer) {
        return switch (answer) {
            case CallResult.Replied replied -> replied.isError() ? ERROR : ANSWERED;
            case CallResult.Unavailable _ -> NOT_SENT;
            case CallResult.Lost _ -> LOST;
            case CallResult.TimedOut _ -> TIMED_OUT;
            case CallResult.Withdrawn _ -> CANCELLED;
        };
    }

    /** What the record and the figures call it. */
    String auditName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
