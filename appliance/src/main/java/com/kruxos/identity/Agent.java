package com.kruxos.identity;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An agent at one moment.
 *
 * @param space the id of its Space
 * @param expires from this moment on none of its keys counts; absent when it has no end
 * @param keys the keys that may still count, oldest first
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

    /** The agent as it is at {@code now}: expired once its time has passed, and without keys that have run out. */
    Agent asOf(Instant now) {
        var over = expires != null && !now.isBefore(expires) && state != AgentState.REVOKED;
        if (!over && keys.stream().allMatch(key -> key.isValidAt(now))) {
            return this;
        }
        return withState(over ? AgentState.EXPIRED : state)
                .withKeys(keys.stream().filter(key -> key.isValidAt(now)).toList());
    }

    /** As it is shown: keys of one that may not enter open nothing. */
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

    /** An expired one is stored as what it was before; only its clock says that it is over. */
    Agent withEdit(String newPurpose, AgentEdit edit) {
        var end = edit.removesExpiry() ? null : edit.expires() == null ? expires : edit.expires();
        var kept = state == AgentState.EXPIRED ? AgentState.ACTIVE : state;
        return new Agent(id, space, name, newPurpose, kept, created, end, keys);
    }

    Agent withoutExpiry() {
        return new Agent(id, space, name, purpose, state, created, null, keys);
    }
}
