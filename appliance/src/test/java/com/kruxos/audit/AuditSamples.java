package com.kruxos.audit;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;

/** Entries as the request pipeline writes them. */
final class AuditSamples {
    static final byte[] KEY = "a digest key of thirty-two bytes".getBytes(StandardCharsets.US_ASCII);

    private AuditSamples() {}

    static AuditLog open(Path folder) {
        return AuditLog.open(folder.resolve("audit.db"), KEY, InstantSource.system());
    }

    static AuditPrincipal agent(String id) {
        return new AuditPrincipal(AuditPrincipal.PrincipalType.AGENT, id, "agent " + id, "127.0.0.1:50312", null);
    }

    static AuditEntry intent(String agent) {
        return new AuditEntry(
                "call.opened",
                agent(agent),
                "sp_default",
                "se_41",
                "tools/call",
                "everything__echo",
                AuditEntry.OPEN,
                new RecordedDecision("allow", "default"),
                Details.none()
                        .with("arguments", "hmac-sha256:" + "0".repeat(64))
                        .with("bytes", 120));
    }

    static AuditEntry outcome(String agent, long opened) {
        return intent(agent)
                .outcomeEntry(
                        opened,
                        "call.closed",
                        "ok",
                        Details.none()
                                .with("result", "hmac-sha256:" + "0".repeat(64))
                                .with("bytes", 256));
    }

    static AuditEntry completedAction(String kind, String outcome) {
        var root = new AuditPrincipal(AuditPrincipal.PrincipalType.ROOT, "0", "root", "admin.sock", null);
        return AuditEntry.by(root, kind, kind).outcome(outcome);
    }
}
