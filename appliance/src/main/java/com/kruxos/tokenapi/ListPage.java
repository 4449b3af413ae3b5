package com.kruxos.tokenapi;

import com.kruxos.web.http.ProblemException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** One page of a list: {@code {"items": […], "next": "<cursor>"}}. */
final class ListPage {
    static final int MAX_LIMIT = 500;

    private static final int DEFAULT_LIMIT = 100;

    private ListPage() {}

    /**
     * The items after the cursor, in the order of their keys. The cursor is the key of the last item shown, so that a
     * page goes on where the one before ended whatever came or went meanwhile.
     */
    static <T> ApiResponse of(ApiRequest ask, List<T> items, Function<T, String> key, Function<T, ObjectNode> view) {
        var limit = limit(ask);
        var after = ask.query("after").orElse("");
        var left = items.stream()
                .filter(item -> key.apply(item).compareTo(after) > 0)
                .sorted(Comparator.comparing(key))
                .toList();
        var shown = left.subList(0, Math.min(limit, left.size()));
        var page = JsonNodeFactory.instance.objectNode();
        page.putArray("items").addAll(shown.stream().map(view).toList());
        if (left.size() > shown.size() && !shown.isEmpty()) {
            page.put("next", key.apply(shown.getLast()));
        }
        return ApiResponse.ok(page);
    }

    /** A key in the order of time: moments written in one length compare like the moments themselves. */
    static String timeKey(Instant moment, String id) {
        return "%019d.%s".formatted(moment.toEpochMilli(), id);
    }

    static int limit(ApiRequest ask) {
        var limit = (int) ask.queryNumber("limit", MAX_LIMIT).orElse(DEFAULT_LIMIT);
        if (limit == 0) {
            throw ProblemException.invalid("limit is 0", "give a number from 1 to " + MAX_LIMIT);
        }
        return limit;
    }
}
