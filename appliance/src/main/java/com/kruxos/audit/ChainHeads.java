package com.kruxos.audit;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The ends of the principals' chains: of everybody with a record that is not filed yet, and of whoever else was asked
 * for. Belongs to one thread.
 */
final class ChainHeads {
    /** The end of one principal's chain. */
    static final class ChainHead {
        final String principalKey;
        byte @Nullable [] lastHash;

        private ChainHead(String principal, byte @Nullable [] last) {
            this.principalKey = principal;
            this.lastHash = last;
        }
    }

    // By type and id rather than by the joined key, which would have to be built for every record.
    private final Map<AuditPrincipal.PrincipalType, Map<String, ChainHead>> heads =
            new EnumMap<>(AuditPrincipal.PrincipalType.class);
    private int size;

    @Nullable
    ChainHead find(AuditPrincipal principal) {
        return headsOf(principal.type()).get(principal.id());
    }

    /** @param key the principal's key, type and id joined */
    ChainHead put(AuditPrincipal.PrincipalType type, String id, String key, byte @Nullable [] last) {
        var chain = new ChainHead(key, last);
        if (headsOf(type).put(id, chain) == null) {
            size++;
        }
        return chain;
    }

    int size() {
        return size;
    }

    void clear() {
        heads.clear();
        size = 0;
    }

    private Map<String, ChainHead> headsOf(AuditPrincipal.PrincipalType type) {
        return heads.computeIfAbsent(type, none -> new HashMap<>());
    }
}
