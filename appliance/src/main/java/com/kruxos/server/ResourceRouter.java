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
 * Which server of a Space a resource belongs to: the one that lists it, else the one whose template it fits, else the
 * only one that has others of its scheme, else the only one that has resources at all.
 */
final class ResourceRouter {
    private static final Pattern VARIABLE = Pattern.compile("\\{([+#/.;?&]?)[^{}]*}");
    private static final int MAX_TEMPLATE_LENGTH = 8_192;
    private static final int MAX_URI_LENGTH = 16_384;

    /** Texts of a template between variables. */
    private static final int MAX_LITERALS = 32;

    private final Catalog catalog;
    private final Collection<Server> servers;

    /** @param servers those of the Space that have resources */
    ResourceRouter(Catalog catalog, Collection<Server> servers) {
        this.catalog = catalog;
        this.servers = servers;
    }

    Optional<ResolvedTarget> route(String uri, @Nullable ByteRange at) {
        var listed = catalog.find(FeatureKind.RESOURCE, uri).or(() -> catalog.find(FeatureKind.TEMPLATE, uri));
        if (listed.isPresent()) {
            return listed.map(feature -> ResolvedTarget.of(feature, at));
        }
        for (var server : servers) {
            var wrapped = "kruxos+" + server.name() + ":";
            if (uri.startsWith(wrapped)) {
                return Optional.of(new ResolvedTarget(server.id(), server.name(), uri.substring(wrapped.length()), at));
            }
        }
        return byTemplate(uri)
                .or(() -> byScheme(uri))
                .or(this::onlyServer)
                .map(server -> new ResolvedTarget(server.id(), server.name(), uri, at));
    }

    /** The most exact template counts: the one with the longest text before its first variable. */
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
        var having = Stream.concat(
                        catalog.list(FeatureKind.RESOURCE).stream(), catalog.list(FeatureKind.TEMPLATE).stream())
                .filter(feature -> feature.upstreamName().startsWith(scheme))
                .map(Feature::serverId)
                .distinct()
                .toList();
        return having.size() == 1
                ? servers.stream()
                        .filter(server -> server.id().equals(having.getFirst()))
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
     * Whether a URI can have come of a template (RFC 6570). A plain variable holds no slash.
     *
     * <p>A stranger wrote the template and may have talked an agent into the URI: no more than their product in steps,
     * whatever they are, and nothing that is longer than an honest one.
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
        var texts = 0;
        while (variables.find()) {
            if (variables.start() > from) {
                if (++texts > MAX_LITERALS) {
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

    /** The places of a URI behind a text that stands a gap away from one of those reached before. */
    private static BitSet positionsAfter(String text, Gap gap, BitSet reached, String uri) {
        var behind = new BitSet();
        if (reached.isEmpty()) {
            return behind;
        }
        var open = false;
        for (var at = reached.nextSetBit(0); at + text.length() <= uri.length(); at++) {
            open = reached.get(at) || (open && gap.allows(uri.charAt(at - 1)));
            if (open && uri.startsWith(text, at)) {
                behind.set(at + text.length());
            }
        }
        return behind;
    }

    /** What may stand between two texts of a template; variables side by side are one gap. */
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
