package com.kruxos.cli;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A path of the API with its query, each part encoded. */
record ApiPath(String pathAndQuery) {
    /** @param parts path segments; a slash in a segment is escaped */
    static ApiPath of(String... parts) {
        var text = new StringBuilder("/api/v1");
        for (var part : parts) {
            text.append('/').append(encode(part));
        }
        return new ApiPath(text.toString());
    }

    /** Adds a query parameter; null adds nothing. */
    ApiPath withQuery(String name, @Nullable Object value) {
        if (value == null) {
            return this;
        }
        return new ApiPath(
                pathAndQuery + (pathAndQuery.indexOf('?') < 0 ? '?' : '&') + name + '=' + encode(value.toString()));
    }

    private static String encode(String part) {
        var encoded = URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
        // As a whole segment these would change the path.
        return encoded.equals(".") ? "%2E" : encoded.equals("..") ? "%2E%2E" : encoded;
    }
}
