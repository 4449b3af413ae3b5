package com.kruxos.web.http;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A path of which a segment {@code {name}} stands for any; one that ends in a slash is not the one without. */
public record PathTemplate(String template) {
    /** What stands for each {@code {name}}, in their order; absent when the path is another. */
    public Optional<Map<String, String>> match(String asked) {
        var pattern = segments(template);
        var given = segments(asked);
        if (pattern.size() != given.size()) {
            return Optional.empty();
        }
        var values = new LinkedHashMap<String, String>();
        for (var i = 0; i < pattern.size(); i++) {
            var segment = pattern.get(i);
            if (segment.startsWith("{") && !given.get(i).isEmpty()) {
                values.put(segment.substring(1, segment.length() - 1), given.get(i));
            } else if (!segment.equals(given.get(i))) {
                return Optional.empty();
            }
        }
        return Optional.of(values);
    }

    private static List<String> segments(String path) {
        return Arrays.asList(path.split("/", -1));
    }
}
