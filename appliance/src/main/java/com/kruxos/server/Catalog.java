package com.kruxos.server;

import com.kruxos.rpc.Kind;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the servers of one Space offer, by kind and by the name agents use. Does not change once it is shown to others.
 */
final class Catalog {
    static final Catalog EMPTY = new Catalog();

    private final Map<Kind, Map<String, Feature>> features = new EnumMap<>(Kind.class);

    Catalog() {
        for (var kind : Kind.values()) {
            features.put(kind, new TreeMap<>());
        }
    }

    void add(Feature feature) {
        of(feature.kind()).put(feature.name(), feature);
    }

    /** The same with these lists in place of their servers' own. */
    Catalog with(Map<Kind, List<Feature>> lists, String server) {
        if (lists.isEmpty()) {
            return this;
        }
        var other = new Catalog();
        for (var kind : Kind.values()) {
            var own = lists.get(kind);
            all(kind).stream()
                    .filter(feature -> own == null || !feature.server().equals(server))
                    .forEach(other::add);
            if (own != null) {
                own.forEach(other::add);
            }
        }
        return other;
    }

    boolean isEmpty() {
        return features.values().stream().allMatch(Map::isEmpty);
    }

    Optional<Feature> find(Kind kind, String name) {
        return Optional.ofNullable(of(kind).get(name));
    }

    Collection<Feature> all(Kind kind) {
        return of(kind).values();
    }

    private Map<String, Feature> of(Kind kind) {
        return java.util.Objects.requireNonNull(features.get(kind));
    }
}
