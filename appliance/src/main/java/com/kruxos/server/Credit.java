package com.kruxos.server;

import com.kruxos.audit.Audit;
import com.kruxos.audit.Details;
import com.kruxos.audit.Durability;
import com.kruxos.audit.Entry;
import com.kruxos.audit.Principal;
import com.kruxos.credential.Lent;

/** Writes down what a process is lent, before it gets it. */
final class Credit {
    private Credit() {}

    static void record(Audit audit, Server server, Lent.Ready lent) {
        if (lent.environment().isEmpty()) {
            return;
        }
        audit.append(
                new Entry(
                        "credential.lent",
                        Principal.system(),
                        server.space(),
                        null,
                        "lend",
                        server.name(),
                        "lent",
                        null,
                        Details.none().with("credentials", lent.names()).with("server", server.id())),
                Durability.SYNCED);
    }
}
