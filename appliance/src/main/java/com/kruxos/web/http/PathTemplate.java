package com.kruxos.web.http;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A path in which {@code {name}} stands for any non-empty segment. A trailing slash is significant. */
public record PathTemplate(String template) {
    /** The values of the variables in the order of the template; empty if the path does not match. */
    public Optional<Map<String, String>> match(String path) {
        var expected = segments(template);
        var actual = segments(path);
        if (expected.size() != actual.size()) {
            return Optional.empty();
        }
        var values = new LinkedHashMap<String, String>();
        for (var i = 0; i < expected.size(); i++) {
            var segment = expected.get(i);
            if (segment.startsWith("{") && !actual.get(i).isEmpty()) {
                values.put(segment.substring(1, segment.length() - 1), actual.get(i));
            } else if (!segment.equals(actual.get(i))) {
                return Optional.empty();
            }
        }
        return Optional.of(values);
    }

    private static List<String> segments(String path) {
        return Arrays.asList(path.split("/", -1));
    }
}
