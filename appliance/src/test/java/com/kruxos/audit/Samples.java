package com.kruxos.audit;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;

/** Entries as the street writes them. */
final class Samples {
    static final byte[] KEY = "a digest key of thirty-two bytes".getBytes(StandardCharsets.US_ASCII);

    private Samples() {}

    static Audit open(Path folder) {
        return Audit.open(folder.resolve("audit.db"), KEY, InstantSource.system());
    }

    static Principal agent(String id) {
        return new Principal(Principal.Type.AGENT, id, "agent " + id, "127.0.0.1:50312", null);
    }

    static Entry opened(String agent) {
        return new Entry(
                "call.opened",
                agent(agent),
                "sp_default",
                "se_41",
                "tools/call",
                "everything__echo",
                Entry.OPEN,
                new Decided("allow", "default"),
                Details.none()
                        .with("arguments", "hmac-sha256:" + "0".repeat(64))
                        .with("bytes", 120));
    }

    static Entry closed(String agent, long opened) {
        return opened(agent)
                .closing(
                        opened,
                        "call.closed",
                        "ok",
                        Details.none()
                                .with("result", "hmac-sha256:" + "0".repeat(64))
                                .with("bytes", 256));
    }

    static Entry act(String kind, String outcome) {
        var root = new Principal(Principal.Type.ROOT, "0", "root", "admin.sock", null);
        return new Entry(kind, root, null, null, kind, null, outcome, null, Details.none());
    }
}
