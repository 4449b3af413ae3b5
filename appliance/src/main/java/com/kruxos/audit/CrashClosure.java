package com.kruxos.audit;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The record that closes one which a crash left open. */
final class CrashClosure {
    private CrashClosure() {}

    static AuditEntry entryFor(AuditRecord open) {
        try {
            var leaf = LeafReader.read(open.json().getBytes(StandardCharsets.UTF_8));
            var about = Details.none().with("principal", leaf.principalKey()).with("kind", leaf.kind());
            return entry(leaf.space(), leaf.session(), leaf.action(), leaf.target(), about, open.seq());
        } catch (MalformedLeaf e) {
            // Somebody changed the open record. Verification names it; here it must only not stay open for ever.
            return entry(null, null, "", null, Details.none().with("broken", e.reason()), open.seq());
        }
    }

    private static AuditEntry entry(
            @Nullable String space,
            @Nullable String session,
            String action,
            @Nullable String target,
            Details about,
            long opened) {
        return new AuditEntry(
                "audit.interrupted",
                AuditPrincipal.system(),
                space,
                session,
                action,
                target,
                "interrupted",
                null,
                about.with(Details.OPENED, opened));
    }
}
