package com.kruxos.audit;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Who acted. Type and id together name one hash chain; name, origin and via are what was known at that time.
 *
 * @param id never reused and never renamed
 * @param name the display name at that time
 * @param origin where the request came from, such as an address or {@code admin.sock}
 * @param via who issued the credential, such as the user of an agent's ticket; null when it was not issued by another
 *     principal
 */
public record AuditPrincipal(
        PrincipalType type,
        String id,
        String name,
        String origin,
        @Nullable String via) {
    public enum PrincipalType {
        AGENT,
        USER,
        OPERATOR,
        ROOT,
        SYSTEM;

        private final String text = name().toLowerCase(Locale.ROOT);

        /** The spelling in a leaf. */
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

    public static AuditPrincipal agent(String id, String name, String origin, @Nullable String via) {
        return new AuditPrincipal(PrincipalType.AGENT, id, name, origin, via);
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
