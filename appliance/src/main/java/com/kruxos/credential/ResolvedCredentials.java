package com.kruxos.credential;

import com.kruxos.vault.Lease;
import java.util.List;
import java.util.Map;

/** The result of leasing the credentials of a server. */
public sealed interface ResolvedCredentials {

    /**
     * All secrets are available. The caller closes the leases.
     *
     * @param leases by environment variable, or by secret name for headers
     * @param versionedNames {@code scope/key@version} of each, for audit records
     */
    record LeasedCredentials(Map<String, Lease> leases, List<String> versionedNames)
            implements ResolvedCredentials, AutoCloseable {
        LeasedCredentials(Map<String, Lease> leases) {
            this(
                    leases,
                    leases.values().stream()
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
     * A secret is not in the vault, or its scope is not granted.
     *
     * @param detail names the server and what it needs, for a person
     * @param hint what to do about it
     */
    record MissingCredential(String detail, String hint) implements ResolvedCredentials {}
}
