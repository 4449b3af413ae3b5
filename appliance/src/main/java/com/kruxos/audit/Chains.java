package com.kruxos.audit;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The ends of the principals' chains: of everybody with a record that is not filed yet, and of whoever else was asked
 * for. Belongs to one thread.
 */
final class Chains {
    /** The end of one principal's chain. */
    static final class Chain {
        final String principal;
        byte @Nullable [] last;

        private Chain(String principal, byte @Nullable [] last) {
            this.principal = principal;
            this.last = last;
        }
    }

    // By type and id rather than by the joined key, which would have to be built for every record.
    private final Map<Principal.Type, Map<String, Chain>> ends = new EnumMap<>(Principal.Type.class);
    private int size;

    @Nullable
    Chain find(Principal principal) {
        return of(principal.type()).get(principal.id());
    }

    /** @param key the principal's key, type and id joined */
    Chain put(Principal.Type type, String id, String key, byte @Nullable [] last) {
        var chain = new Chain(key, last);
        if (of(type).put(id, chain) == null) {
            size++;
        }
        return chain;
    }

    int size() {
        return size;
    }

    void clear() {
        ends.clear();
        size = 0;
    }

    private Map<String, Chain> of(Principal.Type type) {
        return ends.computeIfAbsent(type, none -> new HashMap<>());
    }
}
