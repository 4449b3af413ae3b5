package com.kruxos.server;

import com.kruxos.rpc.ByteRange;
import com.kruxos.rpc.FeatureKind;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Selects the server that a resource URI belongs to: the one that lists it; else the one whose template matches it;
 * else the only one that lists other URIs of its scheme; else the only one that has resources.
 */
final class ResourceRouter {
    private static final Pattern VARIABLE = Pattern.compile("\\{([+#/.;?&]?)[^{}]*}");
    private static final int MAX_TEMPLATE_LENGTH = 8_192;
    private static final int MAX_URI_LENGTH = 16_384;

    /** Literals of a template: its text between variables. */
    private static final int MAX_LITERALS = 32;

    private final Catalog catalog;
    private final Collection<Server> servers;

    /** @param servers the servers of the Space that have resources */
    ResourceRouter(Catalog catalog, Collection<Server> servers) {
        this.catalog = catalog;
        this.servers = servers;
    }

    Optional<ResolvedTarget> route(String uri, @Nullable ByteRange span) {
        var listed = catalog.find(FeatureKind.RESOURCE, uri).or(() -> catalog.find(FeatureKind.TEMPLATE, uri));
        if (listed.isPresent()) {
            return listed.map(feature -> ResolvedTarget.of(feature, span));
        }
        for (var server : servers) {
            var prefix = FeatureName.uriPrefix(server);
            if (uri.startsWith(prefix)) {
                return Optional.of(
                        new ResolvedTarget(server.id(), server.name(), uri.substring(prefix.length()), span));
            }
        }
        return byTemplate(uri)
                .or(() -> byScheme(uri))
                .or(this::onlyServer)
                .map(server -> new ResolvedTarget(server.id(), server.name(), uri, span));
    }

    /** The most specific template wins: the one with the longest literal before its first variable. */
    private Optional<Server> byTemplate(String uri) {
        return catalog.list(FeatureKind.TEMPLATE).stream()
                .filter(template -> matchesTemplate(template.upstreamName(), uri))
                .max(Comparator.comparingInt(template -> template.upstreamName().indexOf('{')))
                .flatMap(this::serverOf);
    }

    private Optional<Server> byScheme(String uri) {
        var colon = uri.indexOf(':');
        if (colon < 0) {
            return Optional.empty();
        }
        var scheme = uri.substring(0, colon + 1);
        var serverIds = Stream.concat(
                        catalog.list(FeatureKind.RESOURCE).stream(), catalog.list(FeatureKind.TEMPLATE).stream())
                .filter(feature -> feature.upstreamName().startsWith(scheme))
                .map(Feature::serverId)
                .distinct()
                .toList();
        return serverIds.size() == 1
                ? servers.stream()
                        .filter(server -> server.id().equals(serverIds.getFirst()))
                        .findFirst()
                : Optional.empty();
    }

    private Optional<Server> onlyServer() {
        return servers.size() == 1 ? servers.stream().findFirst() : Optional.empty();
    }

    private Optional<Server> serverOf(Feature feature) {
        return servers.stream()
                .filter(server -> server.id().equals(feature.serverId()))
                .findFirst();
    }

    /**
     * Whether a URI can be an expansion of a template (RFC 6570). A simple variable matches no slash.
     *
     * <p>Both come from untrusted parties, so the cost is bounded by the product of their lengths, and overlong ones
     * never match.
     */
    static boolean matchesTemplate(String template, String uri) {
        if (template.length() > MAX_TEMPLATE_LENGTH || uri.length() > MAX_URI_LENGTH) {
            return false;
        }
        var reached = new BitSet();
        reached.set(0);
        var gap = Gap.EMPTY;
        var from = 0;
        var variables = VARIABLE.matcher(template);
        var literals = 0;
        while (variables.find()) {
            if (variables.start() > from) {
                if (++literals > MAX_LITERALS) {
                    return false;
                }
                reached = positionsAfter(template.substring(from, variables.start()), gap, reached, uri);
                gap = Gap.EMPTY;
            }
            gap = gap.widest(variables.group(1).isEmpty() ? Gap.SIMPLE_EXPANSION : Gap.ANYTHING);
            from = variables.end();
        }
        return from > 0
                && positionsAfter(template.substring(from), gap, reached, uri).get(uri.length());
    }

    /** The positions after a literal that starts one gap after a position reached before. */
    private static BitSet positionsAfter(String literal, Gap gap, BitSet reached, String uri) {
        var positions = new BitSet();
        if (reached.isEmpty()) {
            return positions;
        }
        var open = false;
        for (var at = reached.nextSetBit(0); at + literal.length() <= uri.length(); at++) {
            open = reached.get(at) || (open && gap.allows(uri.charAt(at - 1)));
            if (open && uri.startsWith(literal, at)) {
                positions.set(at + literal.length());
            }
        }
        return positions;
    }

    /** What variables between two literals match; adjacent variables form one gap. */
    private enum Gap {
        EMPTY,
        SIMPLE_EXPANSION,
        ANYTHING;

        Gap widest(Gap next) {
            return compareTo(next) < 0 ? next : this;
        }

        boolean allows(char character) {
            return switch (this) {
                case EMPTY -> false;
                case SIMPLE_EXPANSION -> "/?#".indexOf(character) < 0;
                case ANYTHING -> true;
            };
        }
    }
}
