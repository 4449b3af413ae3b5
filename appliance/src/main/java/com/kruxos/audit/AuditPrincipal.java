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
public record AuditPrincipal(
        PrincipalType type,
        String id,
        String name,
        String origin,
        @Nullable String via) {
    /** The kinds of principal there are. */
    public enum PrincipalType {
        AGENT,
        USER,
        OPERATOR,
        ROOT,
        SYSTEM;

        private final String text = name().toLowerCase(Locale.ROOT);

        /** As a leaf spells it. */
        public String text() {
            return text;
        }
    }

    private static final AuditPrincipal SYSTEM =
            new AuditPrincipal(PrincipalType.SYSTEM, "system", "kruxos", "local", null);

    public AuditPrincipal {
        id = BoundedText.truncate(id, AuditEntry.MAX_SHORT_BYTES);
        name = BoundedText.truncate(name, AuditEntry.MAX_SHORT_BYTES);
        origin = BoundedText.truncate(origin, AuditEntry.MAX_SHORT_BYTES);
        via = via == null ? null : BoundedText.truncate(via, AuditEntry.MAX_SHORT_BYTES);
    }

    /** The appliance itself. */
    public static AuditPrincipal system() {
        return SYSTEM;
    }

    /** The name of this principal's chain: {@code agent:a1b2}. */
    public String key() {
        return type.text() + ":" + id;
    }
}
