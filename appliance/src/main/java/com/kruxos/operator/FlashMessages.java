package com.kruxos.operator;

import com.kruxos.dashboard.layout.Notice;
import com.kruxos.dashboard.layout.NoticeKind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the next page of somebody says about what they just did; told once. Safe for any thread. */
final class FlashMessages {
    private static final int MAX_MESSAGES = 256;

    /** By seat, oldest first; guarded by this. */
    private final Map<String, Notice> bySession = new LinkedHashMap<>();

    synchronized void putDone(String seat, String text) {
        bySession.remove(seat);
        bySession.put(seat, new Notice(NoticeKind.DONE, text, null));
        if (bySession.size() > MAX_MESSAGES) {
            bySession.remove(bySession.keySet().iterator().next());
        }
    }

    synchronized List<Notice> take(String seat) {
        var notice = bySession.remove(seat);
        return notice == null ? List.of() : List.of(notice);
    }
}
