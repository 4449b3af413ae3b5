package com.kruxos.identity;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An immutable snapshot of an agent.
 *
 * @param space the id of its Space
 * @param expires the first instant at which none of its keys is valid; absent when it does not expire
 * @param keys keys that may be valid, oldest first
 */
public record Agent(
        String id,
        String space,
        String name,
        String purpose,
        AgentState state,
        Instant created,
        @Nullable Instant expires,
        List<AgentKey> keys) {
    private static final Comparator<AgentKey> OLDEST_FIRST =
            Comparator.comparing(AgentKey::created).thenComparing(AgentKey::id);

    public Agent {
        keys = keys.stream().sorted(OLDEST_FIRST).toList();
    }

    /** The agent as of {@code now}: EXPIRED after its expiry, and without expired keys. */
    Agent asOf(Instant now) {
        var expired = expires != null && !now.isBefore(expires) && state != AgentState.REVOKED;
        if (!expired && keys.stream().allMatch(key -> key.isValidAt(now))) {
            return this;
        }
        return withState(expired ? AgentState.EXPIRED : state)
                .withKeys(keys.stream().filter(key -> key.isValidAt(now)).toList());
    }

    /** For display: without the keys of an agent that cannot connect. */
    public Agent withValidKeys() {
        return state.canConnect() ? this : withKeys(List.of());
    }

    Optional<AgentKey> findKey(String key) {
        return keys.stream().filter(one -> one.id().equals(key)).findFirst();
    }

    Agent withState(AgentState next) {
        return new Agent(id, space, name, purpose, next, created, expires, keys);
    }

    Agent withKeys(List<AgentKey> next) {
        return new Agent(id, space, name, purpose, state, created, expires, next);
    }

    Agent withKey(AgentKey added) {
        var next = new ArrayList<>(keys);
        next.add(added);
        return withKeys(next);
    }

    /** EXPIRED is never stored; such an agent is stored as ACTIVE. */
    Agent withEdit(String newPurpose, AgentEdit edit) {
        var end = edit.removesExpiry() ? null : edit.expires() == null ? expires : edit.expires();
        var kept = state == AgentState.EXPIRED ? AgentState.ACTIVE : state;
        return new Agent(id, space, name, newPurpose, kept, created, end, keys);
    }

    Agent withoutExpiry() {
        return new Agent(id, space, name, purpose, state, created, null, keys);
    }
}
