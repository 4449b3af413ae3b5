package com.kruxos.server;

import com.kruxos.audit.AuditEntry;
import com.kruxos.audit.AuditLog;
import com.kruxos.audit.Details;
import com.kruxos.audit.Durability;
import com.kruxos.credential.ResolvedCredentials;

/** Records in the audit log what an instance is leased, before it gets it. */
final class LeaseAudit {
    private LeaseAudit() {}

    static void record(AuditLog audit, Server server, ResolvedCredentials.LeasedCredentials leased) {
        if (leased.leases().isEmpty()) {
            return;
        }
        audit.append(
                AuditEntry.bySystem("credential.lent", "lend")
                        .space(server.space())
                        .target(server.name())
                        .details(Details.none()
                                .with("credentials", leased.versionedNames())
                                .with("server", server.id()))
                        .outcome("lent"),
                Durability.SYNCED);
    }
}
