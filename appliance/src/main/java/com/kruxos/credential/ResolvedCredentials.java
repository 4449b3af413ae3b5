package com.kruxos.credential;

import com.kruxos.vault.Lease;
import java.util.List;
import java.util.Map;

/** What came of asking for a server's credentials. */
public sealed interface ResolvedCredentials {

    /**
     * Everything is there. Whoever asked closes the leases.
     *
     * @param versionedNames {@code scope/key@version} of each, for the record of every call
     */
    record LeasedCredentials(Map<String, Lease> leases, List<String> versionedNames)
            implements ResolvedCredentials, AutoCloseable {
        LeasedCredentials(Map<String, Lease> environment) {
            this(
                    environment,
                    environment.values().stream()
                            .map(lease -> lease.name().name() + "@" + lease.version())
                            .sorted()
                            .toList());
        }

        public LeasedCredentials {
            leases = Map.copyOf(leases);
            versionedNames = List.copyOf(versionedNames);
        }

        @Override
        public void close() {
            leases.values().forEach(Lease::close);
        }
    }

    /**
     * Something is not there, or not granted.
     *
     * @param detail for a person: which secret, and which server wants it
     * @param hint the command that mends it
     */
    record MissingCredential(String detail, String hint) implements ResolvedCredentials {}
}
