package com.kruxos.server;

import com.kruxos.rpc.FeatureKind;
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

    private final Map<FeatureKind, Map<String, Feature>> features = new EnumMap<>(FeatureKind.class);

    Catalog() {
        for (var kind : FeatureKind.values()) {
            features.put(kind, new TreeMap<>());
        }
    }

    void add(Feature feature) {
        byName(feature.kind()).put(feature.name(), feature);
    }

    /** The same with these lists in place of their servers' own. */
    Catalog withLists(Map<FeatureKind, List<Feature>> lists, String server) {
        if (lists.isEmpty()) {
            return this;
        }
        var other = new Catalog();
        for (var kind : FeatureKind.values()) {
            var own = lists.get(kind);
            list(kind).stream()
                    .filter(feature -> own == null || !feature.serverId().equals(server))
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

    Optional<Feature> find(FeatureKind kind, String name) {
        return Optional.ofNullable(byName(kind).get(name));
    }

    Collection<Feature> list(FeatureKind kind) {
        return byName(kind).values();
    }

    private Map<String, Feature> byName(FeatureKind kind) {
        return java.util.Objects.requireNonNull(features.get(kind));
    }
}
