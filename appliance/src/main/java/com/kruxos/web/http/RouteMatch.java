package com.kruxos.web.http;

import java.util.Map;

/**
 * The route of a request.
 *
 * @param pathValues by the name of the path variable
 */
public record RouteMatch<R extends HttpRoute>(R route, Map<String, String> pathValues) {
    public RouteMatch {
        pathValues = Map.copyOf(pathValues);
    }
}
