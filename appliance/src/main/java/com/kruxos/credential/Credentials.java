package com.kruxos.credential;

import com.kruxos.identity.Spaces;
import com.kruxos.transport.Headers;
import com.kruxos.vault.Lease;
import com.kruxos.vault.SecretName;
import com.kruxos.vault.Vault;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Lends servers the secrets they declared, and only from scopes they were granted. Safe for any thread. */
public final class Credentials {
    private static final String REFERENCE = "secret:";

    private final Vault vault;
    private final Spaces spaces;

    public Credentials(Vault vault, Spaces spaces) {
        this.vault = vault;
        this.spaces = spaces;
    }

    /** The secret a declaration such as {@code secret:github/token} names. */
    public static SecretName named(String space, String declaration) {
        if (!declaration.startsWith(REFERENCE)) {
            throw new IllegalArgumentException("a credential is written secret:SCOPE/KEY");
        }
        return SecretName.of(space, declaration.substring(REFERENCE.length()));
    }

    /**
     * The environment of a server that is about to start.
     *
     * @param server its name, for what a person reads
     * @param env variable → {@code secret:SCOPE/KEY}
     * @param grants the scopes it may read
     */
    public Lent environment(String space, String server, Map<String, String> env, Set<String> grants) {
        var leases = new LinkedHashMap<String, Lease>();
        var missing = new ArrayList<String>();
        var ungranted = new ArrayList<String>();
        for (var variable : env.entrySet()) {
            var name = named(space, variable.getValue());
            if (!grants.contains(name.scope())) {
                ungranted.add(name.scope());
                continue;
            }
            vault.lend(name)
                    .ifPresentOrElse(lease -> leases.put(variable.getKey(), lease), () -> missing.add(name.name()));
        }
        if (missing.isEmpty() && ungranted.isEmpty()) {
            return new Lent.Ready(leases);
        }
        leases.values().forEach(Lease::close);
        return missing.isEmpty() ? ungranted(server, ungranted) : missing(space, server, missing);
    }

    /**
     * What a server on the network is lent over and over: the leases given back here are for redacting its answers.
     *
     * @param headers header → its value with {@code {secret:SCOPE/KEY}} in it
     */
    public Lent headers(String space, String server, Map<String, String> headers, Set<String> grants) {
        var references = new LinkedHashMap<String, String>();
        headers.values()
                .forEach(value -> HeaderTemplate.of(space, value)
                        .secrets()
                        .forEach(secret -> references.put(secret.name(), REFERENCE + secret.name())));
        return environment(space, server, references, grants);
    }

    /** Fills the headers anew for each request. */
    public Headers each(String space, Map<String, String> headers) {
        if (headers.isEmpty()) {
            return Headers.NONE;
        }
        var templates = new LinkedHashMap<String, HeaderTemplate>();
        headers.forEach((header, value) -> templates.put(header, HeaderTemplate.of(space, value)));
        return new LentHeaders(vault, templates, this::put);
    }

    private Lent missing(String space, String server, List<String> names) {
        return new Lent.Missing(
                "server " + server + " needs the secret " + String.join(", ", names) + ", which is not in the vault",
                put(SecretName.of(space, names.getFirst())));
    }

    /** The command that mends it. */
    private String put(SecretName missing) {
        return spaces.command("kruxos secret put " + missing.name(), missing.space());
    }

    private static Lent ungranted(String server, List<String> scopes) {
        return new Lent.Missing(
                "server " + server + " was not granted the scope " + String.join(", ", scopes),
                "remove the server and add it again with --grant " + scopes.getFirst());
    }
}
