package com.kruxos.web.http;

import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpHeader;

/** Finds the route of a request in a table. The first matching row wins. Safe for any thread. */
public final class Router<R extends HttpRoute> {
    private final List<CompiledRoute<R>> table;

    public Router(List<R> table) {
        this.table = table.stream()
                .map(route -> new CompiledRoute<>(route, new PathTemplate(route.path())))
                .toList();
    }

    private record CompiledRoute<R extends HttpRoute>(R route, PathTemplate template) {
        Stream<RouteMatch<R>> match(String path) {
            return template.match(path).map(values -> new RouteMatch<>(route, values)).stream();
        }
    }

    /**
     * The route for a method and a path.
     *
     * @throws ProblemException 404 if no route has this path, 405 with {@code Allow} if none of them has this method
     */
    public RouteMatch<R> match(String method, String path) {
        var matches = matches(path);
        if (matches.isEmpty()) {
            throw new ProblemException(Problem.ofStatus(404));
        }
        return select(method, matches).orElseThrow(() -> methodNotAllowed(matches));
    }

    /** Like {@link #match}, but empty if there is no such route. */
    public Optional<RouteMatch<R>> find(String method, String path) {
        return select(method, matches(path));
    }

    private List<RouteMatch<R>> matches(String path) {
        return table.stream().flatMap(route -> route.match(path)).toList();
    }

    private static <R extends HttpRoute> Optional<RouteMatch<R>> select(String method, List<RouteMatch<R>> matches) {
        return matches.stream()
                .filter(match -> match.route().method().equals(method))
                .findFirst();
    }

    private static <R extends HttpRoute> ProblemException methodNotAllowed(List<RouteMatch<R>> matches) {
        var methods = new TreeSet<>(
                matches.stream().map(match -> match.route().method()).toList());
        var allowed = String.join(", ", methods);
        return new ProblemException(Problem.methodNotAllowed("allowed methods: " + allowed))
                .withHeader(HttpHeader.ALLOW, allowed);
    }
}
