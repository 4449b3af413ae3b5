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
 * An MCP server as it is configured.
 *
 * @param env variable → {@code secret:SCOPE/KEY}; a reference, never a value
 * @param plainEnv variable → value that is not secret
 * @param grants the scopes whose secrets this server may read
 * @param cwd its working directory; absent for its private home directory
 * @param prefixed whether its tools are named {@code <name>__<tool>}, or keep their own names
 * @param url the endpoint of a remote server, which has no command and no environment
 * @param headers header → value with {@code {secret:SCOPE/KEY}} references; sent with each request
 * @param perAgent whether each agent session has an instance of its own, which may send requests to the agent
 * @param offline whether the program is kept from every network, loopback included
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

    Server withEnabled(boolean value) {
        return new Server(
                id, space, name, command, env, plainEnv, grants, cwd, prefixed, url, headers, perAgent, offline, value,
                created);
    }

    /** The secrets it references. */
    public Stream<SecretName> secrets() {
        return Stream.concat(
                env.values().stream().map(reference -> CredentialResolver.parseReference(space, reference)),
                headers.values().stream().flatMap(value -> HeaderTemplate.of(space, value).secrets().stream()));
    }

    /** Whether it references this secret; without a key, whether it references any secret of the scope. */
    boolean uses(String scope, @Nullable String key) {
        return secrets()
                .anyMatch(secret -> secret.scope().equals(scope)
                        && (key == null || secret.key().equals(key)));
    }
}
