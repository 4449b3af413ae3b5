package com.kruxos.operator;

import com.kruxos.dashboard.Kind;
import com.kruxos.dashboard.Notice;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the next page of somebody says about what they just did; told once. Safe for any thread. */
final class Notices {
    private static final int MOST = 256;

    /** By seat, oldest first; guarded by this. */
    private final Map<String, Notice> waiting = new LinkedHashMap<>();

    synchronized void done(String seat, String text) {
        waiting.remove(seat);
        waiting.put(seat, new Notice(Kind.DONE, text, null));
        if (waiting.size() > MOST) {
            waiting.remove(waiting.keySet().iterator().next());
        }
    }

    synchronized List<Notice> take(String seat) {
        var notice = waiting.remove(seat);
        return notice == null ? List.of() : List.of(notice);
    }
}
