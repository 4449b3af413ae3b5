package com.kruxos.server;

import com.kruxos.rpc.FeatureKind;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/** The features agents of one Space can use, by kind and by name. Not modified once it is published. */
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

    /** A copy with these lists in place of those of one server. */
    Catalog withLists(Map<FeatureKind, List<Feature>> lists, String serverId) {
        if (lists.isEmpty()) {
            return this;
        }
        var copy = new Catalog();
        for (var kind : FeatureKind.values()) {
            var replacement = lists.get(kind);
            list(kind).stream()
                    .filter(feature ->
                            replacement == null || !feature.serverId().equals(serverId))
                    .forEach(copy::add);
            if (replacement != null) {
                replacement.forEach(copy::add);
            }
        }
        return copy;
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
        return Objects.requireNonNull(features.get(kind));
    }
}
