package com.kruxos.server;

import com.kruxos.rpc.Definition;
import com.kruxos.rpc.Kind;
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
final class Lists {
    /** News of resources means templates, too. */
    private static final Set<Kind> ANNOUNCED = EnumSet.of(Kind.TOOL, Kind.PROMPT, Kind.RESOURCE);

    private final Server server;
    private final FeatureTable table;
    private final boolean personal;

    private volatile Map<Kind, List<Feature>> listed;
    private volatile boolean seen;

    /** Those that a life for one agent has said are others now. */
    private volatile Map<Kind, List<Feature>> own = Map.of();

    /**
     * Begins with what the server listed when it ran last.
     *
     * @param personal whether they are those of a life for one agent, of which nobody else must hear
     */
    Lists(Server server, FeatureTable table, boolean personal) {
        this.server = server;
        this.table = table;
        this.personal = personal;
        this.listed = table.listed(server);
        this.seen = listed.values().stream().anyMatch(list -> !list.isEmpty());
    }

    List<Feature> all() {
        return listed.values().stream().flatMap(Collection::stream).toList();
    }

    List<Feature> of(Kind kind) {
        return listed.getOrDefault(kind, List.of());
    }

    /** Those that only the agent it lives for sees. */
    Map<Kind, List<Feature>> own() {
        return own;
    }

    /** Whether the server has ever listed something, or has said that it has nothing. */
    boolean seen() {
        return seen;
    }

    /** Whether it listed anything that takes this capability. */
    boolean offers(String capability) {
        return listed.entrySet().stream()
                .anyMatch(list -> list.getKey().capability().equals(capability)
                        && !list.getValue().isEmpty());
    }

    /** Stores what was read, and gives it the names that agents will use. Waits for the disk. */
    Map<Kind, List<Feature>> named(Map<Kind, List<Definition>> read) {
        var named = new EnumMap<Kind, List<Feature>>(Kind.class);
        read.forEach((kind, items) -> named.put(kind, named(kind, items)));
        return named;
    }

    /** The same for one of them. */
    List<Feature> named(Kind kind, List<Definition> read) {
        return personal ? table.named(server, kind, read) : table.replace(server, kind, read);
    }

    /** Takes what a life lists that has begun. Gives back which lists agents should read again. */
    Set<Kind> begin(Map<Kind, List<Feature>> named) {
        seen = true;
        if (personal) {
            var lost = own.keySet();
            own = Map.of();
            return lost;
        }
        listed = named;
        return ANNOUNCED;
    }

    /** Takes one list that is another one now. */
    void change(Kind kind, List<Feature> named) {
        var next = new EnumMap<Kind, List<Feature>>(Kind.class);
        next.putAll(personal ? own : listed);
        next.put(kind, named);
        if (personal) {
            own = next;
        } else {
            listed = next;
        }
    }
}
