package com.kruxos.audit;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The last hash of each principal's chain: of all principals with records that are not indexed yet, and of those looked
 * up since. Belongs to one thread.
 */
final class ChainHeads {
    /** {@link #lastHash} is null before the principal's first record. */
    static final class ChainHead {
        final String principalKey;
        byte @Nullable [] lastHash;

        private ChainHead(String principal, byte @Nullable [] last) {
            this.principalKey = principal;
            this.lastHash = last;
        }
    }

    // Keyed by type and id, because the joined key would have to be built for every record.
    private final Map<AuditPrincipal.PrincipalType, Map<String, ChainHead>> heads =
            new EnumMap<>(AuditPrincipal.PrincipalType.class);
    private int size;

    @Nullable
    ChainHead find(AuditPrincipal principal) {
        return headsOf(principal.type()).get(principal.id());
    }

    /** @param key type and id, joined */
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
