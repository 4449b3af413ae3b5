package com.kruxos.server;

import com.kruxos.credential.CredentialResolver;
import com.kruxos.credential.HeaderTemplate;
import com.kruxos.vault.SecretName;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An MCP server as an operator declared it.
 *
 * @param env variable → {@code secret:SCOPE/KEY}; names only, never a value
 * @param plainEnv variable → value that is no secret
 * @param grants the scopes of secrets this server may read
 * @param cwd its working folder; absent for a private one of its own
 * @param url where it is, for a server on the network; it then has no command and no environment
 * @param headers header → value with {@code {secret:SCOPE/KEY}} in it, shown with each request
 * @param perAgent whether each agent's session has a life of it to itself, and is asked what it wants to know
 * @param offline whether the program is kept from every network, this machine's own included
 * @param prefixed whether its tools are called {@code <name>__<tool>}, or by their own names
 */
public record Server(
        String id,
        String space,
        String name,
        List<String> command,
        Map<String, String> env,
        Map<String, String> plainEnv,
        Set<String> grants,
        @Nullable String cwd,
        boolean prefixed,
        @Nullable String url,
        Map<String, String> headers,
        boolean perAgent,
        boolean offline,
        boolean enabled,
        Instant created) {
    public Server {
        command = List.copyOf(command);
        env = Map.copyOf(env);
        plainEnv = Map.copyOf(plainEnv);
        grants = Set.copyOf(grants);
        headers = Map.copyOf(headers);
    }

    /** The same server, switched on or off. */
    Server enabled(boolean on) {
        return new Server(
                id, space, name, command, env, plainEnv, grants, cwd, prefixed, url, headers, perAgent, offline, on,
                created);
    }

    /** The secrets it names. */
    public Stream<SecretName> secrets() {
        return Stream.concat(
                env.values().stream().map(declaration -> CredentialResolver.parseReference(space, declaration)),
                headers.values().stream().flatMap(value -> HeaderTemplate.of(space, value).secrets().stream()));
    }

    /** Whether it reads this secret; with no key, whether it reads any of the scope. */
    boolean uses(String scope, @Nullable String key) {
        return secrets()
                .anyMatch(secret -> secret.scope().equals(scope)
                        && (key == null || secret.key().equals(key)));
    }
}
