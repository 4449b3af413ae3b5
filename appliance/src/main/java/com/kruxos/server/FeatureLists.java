package com.kruxos.server;

import com.kruxos.rpc.FeatureDefinition;
import com.kruxos.rpc.FeatureKind;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The lists of one instance, under the names that agents use. A per-agent instance has the lists of the shared one
 * until it sends {@code list_changed}. Read on any thread; changed under the supervisor's lock.
 */
final class FeatureLists {
    /** {@code resources/list_changed} covers templates, too. */
    private static final Set<FeatureKind> NOTIFIED_KINDS =
            EnumSet.of(FeatureKind.TOOL, FeatureKind.PROMPT, FeatureKind.RESOURCE);

    private final Server server;
    private final FeatureTable table;
    private final boolean perAgent;

    private volatile Map<FeatureKind, List<Feature>> listed;
    private volatile boolean hasListed;

    /** The lists of a per-agent instance that differ from the shared ones. */
    private volatile Map<FeatureKind, List<Feature>> sessionLists = Map.of();

    /** Starts with the lists of the last run. */
    FeatureLists(Server server, FeatureTable table, boolean perAgent) {
        this.server = server;
        this.table = table;
        this.perAgent = perAgent;
        this.listed = table.loadListed(server);
        this.hasListed = listed.values().stream().anyMatch(list -> !list.isEmpty());
    }

    List<Feature> all() {
        return listed.values().stream().flatMap(Collection::stream).toList();
    }

    List<Feature> list(FeatureKind kind) {
        return listed.getOrDefault(kind, List.of());
    }

    /** The lists that differ from those of the shared instance, which only one agent may see. */
    Map<FeatureKind, List<Feature>> sessionLists() {
        return sessionLists;
    }

    /** Whether the server has ever completed its lists, even if they were empty. */
    boolean hasListed() {
        return hasListed;
    }

    boolean hasFeaturesFor(String capability) {
        return listed.entrySet().stream()
                .anyMatch(list -> list.getKey().capability().equals(capability)
                        && !list.getValue().isEmpty());
    }

    /** Stores the definitions and assigns the names. Writes to the database. */
    Map<FeatureKind, List<Feature>> assignNames(Map<FeatureKind, List<FeatureDefinition>> definitions) {
        var named = new EnumMap<FeatureKind, List<Feature>>(FeatureKind.class);
        definitions.forEach((kind, list) -> named.put(kind, assignNames(kind, list)));
        return named;
    }

    List<Feature> assignNames(FeatureKind kind, List<FeatureDefinition> definitions) {
        return perAgent ? table.assignNames(server, kind, definitions) : table.replaceListed(server, kind, definitions);
    }

    /** Takes the lists of a new instance. Returns the kinds that agents should read again. */
    Set<FeatureKind> replaceAll(Map<FeatureKind, List<Feature>> named) {
        hasListed = true;
        if (perAgent) {
            var reverted = sessionLists.keySet();
            sessionLists = Map.of();
            return reverted;
        }
        listed = named;
        return NOTIFIED_KINDS;
    }

    void replace(FeatureKind kind, List<Feature> named) {
        var next = new EnumMap<FeatureKind, List<Feature>>(FeatureKind.class);
        next.putAll(perAgent ? sessionLists : listed);
        next.put(kind, named);
        if (perAgent) {
            sessionLists = next;
        } else {
            listed = next;
        }
    }
}
