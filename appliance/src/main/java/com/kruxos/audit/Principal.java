package com.kruxos.audit;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Who acted. Type and id together name one chain of records; the rest is what was known about them at that moment.
 *
 * @param id never reused and never renamed
 * @param name what people call it today
 * @param origin where the request came from, such as an address or {@code admin.sock}
 * @param via who acted for it, such as the user who minted an agent's ticket; null when nobody did
 */
public record Principal(
        Type type,
        String id,
        String name,
        String origin,
        @Nullable String via) {
    /** The kinds of principal there are. */
    public enum Type {
        AGENT,
        USER,
        OPERATOR,
        ROOT,
        SYSTEM;

        private final String word = name().toLowerCase(Locale.ROOT);

        /** As a leaf spells it. */
        public String word() {
            return word;
        }
    }

    private static final Principal SYSTEM = new Principal(Type.SYSTEM, "system", "kruxos", "local", null);

    public Principal {
        id = Text.bounded(id, Entry.SHORT);
        name = Text.bounded(name, Entry.SHORT);
        origin = Text.bounded(origin, Entry.SHORT);
        via = via == null ? null : Text.bounded(via, Entry.SHORT);
    }

    /** The appliance itself. */
    public static Principal system() {
        return SYSTEM;
    }

    /** The name of this principal's chain: {@code agent:a1b2}. */
    public String key() {
        return type.word() + ":" + id;
    }
}
