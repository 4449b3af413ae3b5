package com.kruxos.admin;

import com.kruxos.server.Server;
import com.kruxos.vault.SecretName;

/** Which secrets a server can get at. */
final class Uses {
    private static final String REFERENCE = "secret:";

    private Uses() {}

    /** Whether the server was granted the whole scope, or an entry of its environment names this very secret. */
    static boolean mayRead(Server server, SecretName secret) {
        return secret.owner().equals(SecretName.SHARED)
                && server.space().equals(secret.space())
                && (server.grants().contains(secret.scope())
                        || server.env().values().stream()
                                .anyMatch(entry -> entry.equals(REFERENCE + secret.name())
                                        || (secret.key().equals("value") && entry.equals(REFERENCE + secret.scope()))));
    }

    /** Whether text is {@code secret:} and a name that can be one. */
    static boolean isReference(String space, String text) {
        if (!text.startsWith(REFERENCE)) {
            return false;
        }
        try {
            SecretName.of(space, text.substring(REFERENCE.length()));
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
