package com.kruxos.server;

import com.kruxos.rpc.Kind;
import com.kruxos.rpc.Span;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which server of a Space a resource belongs to: the one that lists it, else the one whose template it fits, else the
 * only one that has others of its scheme, else the only one that has resources at all.
 */
final class Uris {
    private static final Pattern VARIABLE = Pattern.compile("\\{([+#/.;?&]?)[^{}]*}");

    private final Catalog catalog;
    private final Collection<Server> servers;

    /** @param servers those of the Space that have resources */
    Uris(Catalog catalog, Collection<Server> servers) {
        this.catalog = catalog;
        this.servers = servers;
    }

    Optional<Target> find(String uri, @Nullable Span at) {
        var listed = catalog.find(Kind.RESOURCE, uri).or(() -> catalog.find(Kind.TEMPLATE, uri));
        if (listed.isPresent()) {
            return listed.map(feature -> Target.of(feature, at));
        }
        for (var server : servers) {
            var wrapped = "kruxos+" + server.name() + ":";
            if (uri.startsWith(wrapped)) {
                return Optional.of(new Target(server.id(), server.name(), uri.substring(wrapped.length()), at));
            }
        }
        return byTemplate(uri)
                .or(() -> byScheme(uri))
                .or(this::only)
                .map(server -> new Target(server.id(), server.name(), uri, at));
    }

    /** The most exact template counts: the one with the longest text before its first variable. */
    private Optional<Server> byTemplate(String uri) {
        return catalog.all(Kind.TEMPLATE).stream()
                .filter(template -> fits(template.upstreamName(), uri))
                .max(Comparator.comparingInt(template -> template.upstreamName().indexOf('{')))
                .flatMap(this::server);
    }

    private Optional<Server> byScheme(String uri) {
        var colon = uri.indexOf(':');
        if (colon < 0) {
            return Optional.empty();
        }
        var scheme = uri.substring(0, colon + 1);
        var having = Stream.concat(catalog.all(Kind.RESOURCE).stream(), catalog.all(Kind.TEMPLATE).stream())
                .filter(feature -> feature.upstreamName().startsWith(scheme))
                .map(Feature::server)
                .distinct()
                .toList();
        return having.size() == 1
                ? servers.stream()
                        .filter(server -> server.id().equals(having.getFirst()))
                        .findFirst()
                : Optional.empty();
    }

    private Optional<Server> only() {
        return servers.size() == 1 ? servers.stream().findFirst() : Optional.empty();
    }

    private Optional<Server> server(Feature feature) {
        return servers.stream()
                .filter(server -> server.id().equals(feature.server()))
                .findFirst();
    }

    /** Whether a URI can have come of a template (RFC 6570). A plain variable holds no slash. */
    static boolean fits(String template, String uri) {
        var pattern = new StringBuilder();
        var from = 0;
        var variables = VARIABLE.matcher(template);
        while (variables.find()) {
            pattern.append(Pattern.quote(template.substring(from, variables.start())));
            pattern.append(variables.group(1).isEmpty() ? "[^/?#]*" : ".*");
            from = variables.end();
        }
        return from > 0
                && Pattern.compile(pattern + Pattern.quote(template.substring(from)), Pattern.DOTALL)
                        .matcher(uri)
                        .matches();
    }
}
