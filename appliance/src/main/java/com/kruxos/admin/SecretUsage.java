package com.kruxos.admin;

import com.kruxos.server.Server;
import com.kruxos.vault.SecretName;
import java.util.Optional;
import java.util.stream.Stream;

/** Which secrets a server can get at. */
final class SecretUsage {
    private static final String REFERENCE = "secret:";

    private SecretUsage() {}

    /**
     * Whether the server was granted the whole scope, or an entry of its environment or a header names this very
     * secret.
     */
    static boolean mayRead(Server server, SecretName secret) {
        return secret.owner().equals(SecretName.SHARED)
                && server.space().equals(secret.space())
                && (server.grants().contains(secret.scope()) || server.secrets().anyMatch(secret::equals));
    }

    /** Whether text is {@code secret:} and a name that can be one. */
    static boolean isReference(String space, String text) {
        return text.startsWith(REFERENCE)
                && parseName(space, text.substring(REFERENCE.length())).isPresent();
    }

    /** The secret that is meant by {@code SCOPE/KEY} or {@code NAME}; absent when it cannot be a name. */
    static Optional<SecretName> parseName(String space, String text) {
        try {
            var name = SecretName.of(space, text);
            // These two cannot stand in the path of a URL.
            return Stream.of(name.scope(), name.key()).anyMatch(part -> part.equals(".") || part.equals(".."))
                    ? Optional.empty()
                    : Optional.of(name);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
