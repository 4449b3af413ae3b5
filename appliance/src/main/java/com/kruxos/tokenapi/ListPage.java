package com.kruxos.tokenapi;

import com.kruxos.web.http.ProblemException;
import com.kruxos.web.http.WebResponse;
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
     * The items after the cursor, sorted by key. The cursor is the key of the last item of the previous page, so items
     * that are added or removed meanwhile do not disturb the paging.
     */
    static <T> WebResponse of(
            ApiRequest request, List<T> items, Function<T, String> key, Function<T, ObjectNode> view) {
        var limit = limit(request);
        var after = request.query("after").orElse("");
        var remaining = items.stream()
                .filter(item -> key.apply(item).compareTo(after) > 0)
                .sorted(Comparator.comparing(key))
                .toList();
        var shown = remaining.subList(0, Math.min(limit, remaining.size()));
        var page = JsonNodeFactory.instance.objectNode();
        page.putArray("items").addAll(shown.stream().map(view).toList());
        if (remaining.size() > shown.size() && !shown.isEmpty()) {
            page.put("next", key.apply(shown.getLast()));
        }
        return ApiResponses.ok(page);
    }

    /** A key that sorts by time, because the time has a fixed length. */
    static String timeKey(Instant time, String id) {
        return "%019d.%s".formatted(time.toEpochMilli(), id);
    }

    static int limit(ApiRequest request) {
        var limit = (int) request.queryNumber("limit", MAX_LIMIT).orElse(DEFAULT_LIMIT);
        if (limit == 0) {
            throw ProblemException.invalid("limit is 0", "send a number from 1 to " + MAX_LIMIT);
        }
        return limit;
    }
}
