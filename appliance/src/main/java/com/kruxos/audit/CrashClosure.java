package com.kruxos.audit;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The record that closes an intent after a crash. */
final class CrashClosure {
    private CrashClosure() {}

    static AuditEntry entryFor(AuditRecord intent) {
        try {
            var leaf = LeafReader.read(intent.json().getBytes(StandardCharsets.UTF_8));
            var about = Details.none().with("principal", leaf.principalKey()).with("kind", leaf.kind());
            return entry(leaf.space(), leaf.session(), leaf.action(), leaf.target(), about, intent.seq());
        } catch (MalformedLeaf e) {
            // The intent was tampered with. Verification reports it; here it must only not stay open.
            return entry(null, null, "", null, Details.none().with("broken", e.reason()), intent.seq());
        }
    }

    private static AuditEntry entry(
            @Nullable String space,
            @Nullable String session,
            String action,
            @Nullable String target,
            Details about,
            long intentSeq) {
        return AuditEntry.bySystem("audit.interrupted", action)
                .space(space)
                .session(session)
                .target(target)
                .details(about.with(Details.OPENED, intentSeq))
                .outcome("interrupted");
    }
}
