package com.kruxos;

import com.kruxos.admin.Check;
import com.kruxos.audit.Audit;
import com.kruxos.server.Servers;

/** What {@code status} and {@code doctor} look at. */
final class Checks {
    private Checks() {}

    static Check audit(Audit audit) {
        var health = audit.health();
        return switch (health.state()) {
            case GREEN -> new Check("audit", Check.Level.GREEN, "records are written", null);
            case YELLOW -> new Check("audit", Check.Level.YELLOW, health.reason(), health.hint());
            case RED -> new Check("audit", Check.Level.RED, health.reason(), health.hint());
        };
    }

    /** The key in a plain file is the only way there is today, and it is said every time. */
    static Check key() {
        return new Check(
                "key",
                Check.Level.YELLOW,
                "the vault's key lies in a plain file, and there is no second one to recover with",
                "keep a copy of the key file offline; without it every secret is lost");
    }

    static Check servers(Servers servers) {
        for (var server : servers.list(null)) {
            var state = servers.state(server.id());
            switch (state.name()) {
                case MISSING_SECRET, BROKEN, BACKING_OFF -> {
                    return new Check(
                            "servers", Check.Level.YELLOW, server.name() + ": " + state.detail(), state.hint());
                }
                case STOPPED, STARTING, READY, DISABLED -> {}
            }
        }
        return new Check("servers", Check.Level.GREEN, "every server that is switched on runs", null);
    }
}
