package com.kruxos.credential;

import com.kruxos.vault.Lease;
import java.util.List;
import java.util.Map;

/** What came of asking for a server's credentials. */
public sealed interface Lent {

    /**
     * Everything is there. Whoever asked closes the leases.
     *
     * @param names {@code scope/key@version} of each, for the record of every call
     */
    record Ready(Map<String, Lease> environment, List<String> names) implements Lent, AutoCloseable {
        Ready(Map<String, Lease> environment) {
            this(
                    environment,
                    environment.values().stream()
                            .map(lease -> lease.name().name() + "@" + lease.version())
                            .sorted()
                            .toList());
        }

        public Ready {
            environment = Map.copyOf(environment);
            names = List.copyOf(names);
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
