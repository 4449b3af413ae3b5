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
 * What a server lists, under the names that agents use, as it said last. A life for one agent has what all others see
 * until it says that a list of its own is another one. To be read on any thread; changed under its owner's lock.
 */
final class FeatureLists {
    /** News of resources means templates, too. */
    private static final Set<FeatureKind> NOTIFIED_KINDS =
            EnumSet.of(FeatureKind.TOOL, FeatureKind.PROMPT, FeatureKind.RESOURCE);

    private final Server server;
    private final FeatureTable table;
    private final boolean perAgent;

    private volatile Map<FeatureKind, List<Feature>> listed;
    private volatile boolean hasListed;

    /** Those that a life for one agent has said are others now. */
    private volatile Map<FeatureKind, List<Feature>> sessionLists = Map.of();

    /**
     * Begins with what the server listed when it ran last.
     *
     * @param personal whether they are those of a life for one agent, of which nobody else must hear
     */
    FeatureLists(Server server, FeatureTable table, boolean personal) {
        this.server = server;
        this.table = table;
        this.perAgent = personal;
        this.listed = table.loadListed(server);
        this.hasListed = listed.values().stream().anyMatch(list -> !list.isEmpty());
    }

    List<Feature> all() {
        return listed.values().stream().flatMap(Collection::stream).toList();
    }

    List<Feature> list(FeatureKind kind) {
        return listed.getOrDefault(kind, List.of());
    }

    /** Those that only the agent it lives for sees. */
    Map<FeatureKind, List<Feature>> sessionLists() {
        return sessionLists;
    }

    /** Whether the server has ever listed something, or has said that it has nothing. */
    boolean hasListed() {
        return hasListed;
    }

    /** Whether it listed anything that takes this capability. */
    boolean hasFeaturesFor(String capability) {
        return listed.entrySet().stream()
                .anyMatch(list -> list.getKey().capability().equals(capability)
                        && !list.getValue().isEmpty());
    }

    /** Stores what was read, and gives it the names that agents will use. Waits for the disk. */
    Map<FeatureKind, List<Feature>> assignNames(Map<FeatureKind, List<FeatureDefinition>> read) {
        var named = new EnumMap<FeatureKind, List<Feature>>(FeatureKind.class);
        read.forEach((kind, items) -> named.put(kind, assignNames(kind, items)));
        return named;
    }

    /** The same for one of them. */
    List<Feature> assignNames(FeatureKind kind, List<FeatureDefinition> read) {
        return perAgent ? table.assignNames(server, kind, read) : table.replaceListed(server, kind, read);
    }

    /** Takes what a life lists that has begun. Gives back which lists agents should read again. */
    Set<FeatureKind> replaceAll(Map<FeatureKind, List<Feature>> named) {
        hasListed = true;
        if (perAgent) {
            var lost = sessionLists.keySet();
            sessionLists = Map.of();
            return lost;
        }
        listed = named;
        return NOTIFIED_KINDS;
    }

    /** Takes one list that is another one now. */
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
