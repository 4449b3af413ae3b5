package com.kruxos.operator;

import com.kruxos.dashboard.layout.Notice;
import com.kruxos.dashboard.layout.NoticeKind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Messages for the next page of a session; each is shown once. Thread-safe. */
final class FlashMessages {
    private static final int MAX_MESSAGES = 256;

    /** Oldest first; guarded by this. */
    private final Map<String, Notice> bySession = new LinkedHashMap<>();

    synchronized void putDone(String sessionId, String text) {
        bySession.remove(sessionId);
        bySession.put(sessionId, new Notice(NoticeKind.DONE, text, null));
        if (bySession.size() > MAX_MESSAGES) {
            bySession.remove(bySession.keySet().iterator().next());
        }
    }

    synchronized List<Notice> take(String sessionId) {
        var notice = bySession.remove(sessionId);
        return notice == null ? List.of() : List.of(notice);
    }
}
