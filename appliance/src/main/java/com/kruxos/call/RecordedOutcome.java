package com.kruxos.call;

import com.kruxos.server.CallResult;
import java.util.Locale;

/** The outcome of a request as the audit log and the metrics name it. */
enum RecordedOutcome {
    ANSWERED,
    ERROR,
    NOT_SENT,
    LOST,
    TIMED_OUT,
    CANCELLED,
    REFUSED;

    static RecordedOutcome of(CallResult result) {
        return switch (result) {
            case CallResult.Replied replied -> replied.isError() ? ERROR : ANSWERED;
            case CallResult.Unavailable _ -> NOT_SENT;
            case CallResult.Lost _ -> LOST;
            case CallResult.TimedOut _ -> TIMED_OUT;
            case CallResult.Withdrawn _ -> CANCELLED;
        };
    }

    String auditName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
