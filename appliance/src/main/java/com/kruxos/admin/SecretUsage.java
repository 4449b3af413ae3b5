package com.kruxos.admin;

import com.kruxos.server.Server;
import com.kruxos.vault.SecretName;
import java.util.Optional;
import java.util.stream.Stream;

/** Which secrets a server may read. */
final class SecretUsage {
    private static final String REFERENCE = "secret:";

    private SecretUsage() {}

    /** Whether the server has a grant for the scope, or refers to this secret in its environment or a header. */
    static boolean mayRead(Server server, SecretName secret) {
        return secret.owner().equals(SecretName.SHARED)
                && server.space().equals(secret.space())
                && (server.grants().contains(secret.scope()) || server.secrets().anyMatch(secret::equals));
    }

    /** Whether the text is {@code secret:} and a valid name. */
    static boolean isReference(String space, String text) {
        return text.startsWith(REFERENCE)
                && parseName(space, text.substring(REFERENCE.length())).isPresent();
    }

    /** Parses {@code SCOPE/KEY} or {@code NAME}; empty if it is invalid. */
    static Optional<SecretName> parseName(String space, String text) {
        try {
            var name = SecretName.of(space, text);
            // These two cannot be a segment of a URL path.
            return Stream.of(name.scope(), name.key()).anyMatch(part -> part.equals(".") || part.equals(".."))
                    ? Optional.empty()
                    : Optional.of(name);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
