package com.kruxos.credential;

import com.kruxos.egress.CannotConnect;
import com.kruxos.egress.CredentialHeaders;
import com.kruxos.egress.HeaderLease;
import com.kruxos.vault.Lease;
import com.kruxos.vault.SecretName;
import com.kruxos.vault.Vault;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** The headers of one remote server, filled from the vault for each request and wiped when it is answered. */
final class VaultHeaders implements CredentialHeaders {
    private final Vault vault;
    private final Map<String, HeaderTemplate> templates;
    private final Function<SecretName, String> putCommand;

    /** @param putCommand the command that adds a missing secret */
    VaultHeaders(Vault vault, Map<String, HeaderTemplate> templates, Function<SecretName, String> putCommand) {
        this.vault = vault;
        this.templates = templates;
        this.putCommand = putCommand;
    }

    @Override
    public HeaderLease lease() {
        var filled = new HeaderValues();
        try {
            templates.forEach((header, template) -> filled.values.put(
                    header, template.fill(secret -> lease(filled.leases, secret).value())));
            return filled;
        } catch (RuntimeException e) {
            filled.close();
            throw e;
        }
    }

    private Lease lease(Map<SecretName, Lease> leases, SecretName secret) {
        return leases.computeIfAbsent(
                secret,
                name -> vault.lend(name)
                        .orElseThrow(() -> new CannotConnect(
                                "it needs the secret " + name.name() + ", which is not in the vault",
                                putCommand.apply(name))));
    }

    /**
     * A class, because it holds secrets. The leases last as long as the request, so concurrent requests share one
     * plaintext.
     */
    private static final class HeaderValues implements HeaderLease {
        private final Map<SecretName, Lease> leases = new HashMap<>();
        private final Map<String, byte[]> values = new LinkedHashMap<>();

        @Override
        public void forEach(BiConsumer<String, byte[]> header) {
            values.forEach(header);
        }

        @Override
        public void close() {
            values.values().forEach(HeaderTemplate::wipe);
            leases.values().forEach(Lease::close);
        }
    }
}
