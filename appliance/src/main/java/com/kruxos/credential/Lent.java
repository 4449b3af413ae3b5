package com.kruxos.credential;

import com.kruxos.vault.Lease;
import java.util.List;
import java.util.Map;

/** What came of asking for a server's credentials. */
public sealed interface Lent {

    /** Everything is there. Whoever asked closes the leases. */
    record Ready(Map<String, Lease> environment) implements Lent, AutoCloseable {
        public Ready {
            environment = Map.copyOf(environment);
        }

        /** {@code scope/key@version} of each, for the record. */
        public List<String> names() {
            return environment.values().stream()
                    .map(lease -> lease.name().name() + "@" + lease.version())
                    .sorted()
                    .toList();
        }

        @Override
        public void close() {
            environment.values().forEach(Lease::close);
        }
    }

    /**
     * Something is not there, or not granted.
     *
     * @param what for a person: which secret, and which server wants it
     * @param hint the command that mends it
     */
    record Missing(String what, String hint) implements Lent {}
}
