package com.kruxos.credential;

import com.kruxos.egress.CredentialHeaders;
import com.kruxos.identity.Spaces;
import com.kruxos.vault.Lease;
import com.kruxos.vault.SecretName;
import com.kruxos.vault.Vault;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Leases the secrets that servers reference, and only from the scopes they were granted. Safe for any thread. */
public final class CredentialResolver {
    private static final String REFERENCE_PREFIX = "secret:";

    private final Vault vault;
    private final Spaces spaces;

    public CredentialResolver(Vault vault, Spaces spaces) {
        this.vault = vault;
        this.spaces = spaces;
    }

    /** The secret named by a reference such as {@code secret:github/token}. */
    public static SecretName parseReference(String space, String reference) {
        if (!reference.startsWith(REFERENCE_PREFIX)) {
            throw new IllegalArgumentException("a credential has the form secret:SCOPE/KEY");
        }
        return SecretName.of(space, reference.substring(REFERENCE_PREFIX.length()));
    }

    /**
     * Leases the secrets for the environment of a server that is about to start.
     *
     * @param server its name, for messages
     * @param env variable → {@code secret:SCOPE/KEY}
     * @param grants the scopes it may read
     */
    public ResolvedCredentials acquireEnvironment(
            String space, String server, Map<String, String> env, Set<String> grants) {
        var leases = new LinkedHashMap<String, Lease>();
        var missing = new ArrayList<String>();
        var ungranted = new ArrayList<String>();
        for (var variable : env.entrySet()) {
            var name = parseReference(space, variable.getValue());
            if (!grants.contains(name.scope())) {
                ungranted.add(name.scope());
                continue;
            }
            vault.lend(name)
                    .ifPresentOrElse(lease -> leases.put(variable.getKey(), lease), () -> missing.add(name.name()));
        }
        if (missing.isEmpty() && ungranted.isEmpty()) {
            return new ResolvedCredentials.LeasedCredentials(leases);
        }
        leases.values().forEach(Lease::close);
        return missing.isEmpty() ? ungrantedScopes(server, ungranted) : missingSecrets(space, server, missing);
    }

    /**
     * Leases the secrets in the headers of a remote server for the life of its connection, so that they can be redacted
     * from its responses. The headers themselves are leased for each request; see {@link #headersPerRequest}.
     *
     * @param headers header → value with {@code {secret:SCOPE/KEY}} references
     */
    public ResolvedCredentials acquireForHeaders(
            String space, String server, Map<String, String> headers, Set<String> grants) {
        var references = new LinkedHashMap<String, String>();
        headers.values()
                .forEach(value -> HeaderTemplate.of(space, value)
                        .secrets()
                        .forEach(secret -> references.put(secret.name(), REFERENCE_PREFIX + secret.name())));
        return acquireEnvironment(space, server, references, grants);
    }

    /** Headers that are filled from the vault for each request. */
    public CredentialHeaders headersPerRequest(String space, Map<String, String> headers) {
        if (headers.isEmpty()) {
            return CredentialHeaders.NONE;
        }
        var templates = new LinkedHashMap<String, HeaderTemplate>();
        headers.forEach((header, value) -> templates.put(header, HeaderTemplate.of(space, value)));
        return new VaultHeaders(vault, templates, this::putCommand);
    }

    private ResolvedCredentials missingSecrets(String space, String server, List<String> names) {
        return new ResolvedCredentials.MissingCredential(
                "server " + server + " needs the secret " + String.join(", ", names) + ", which is not in the vault",
                putCommand(SecretName.of(space, names.getFirst())));
    }

    private String putCommand(SecretName missing) {
        return spaces.cliCommand("kruxos secret put " + missing.name(), missing.space());
    }

    private static ResolvedCredentials ungrantedScopes(String server, List<String> scopes) {
        return new ResolvedCredentials.MissingCredential(
                "server " + server + " was not granted the scope " + String.join(", ", scopes),
                "remove the server and add it again with --grant " + scopes.getFirst());
    }
}
