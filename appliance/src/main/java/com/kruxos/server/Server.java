package com.kruxos.server;

import com.kruxos.credential.Credentials;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An MCP server as an operator declared it.
 *
 * @param env variable → {@code secret:SCOPE/KEY}; names only, never a value
 * @param plainEnv variable → value that is no secret
 * @param grants the scopes of secrets this server may read
 * @param cwd its working folder; absent for a private one of its own
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
        boolean enabled,
        Instant created) {
    public Server {
        command = List.copyOf(command);
        env = Map.copyOf(env);
        plainEnv = Map.copyOf(plainEnv);
        grants = Set.copyOf(grants);
    }

    /** The same server, switched on or off. */
    Server enabled(boolean on) {
        return new Server(id, space, name, command, env, plainEnv, grants, cwd, prefixed, on, created);
    }

    /** Whether it reads this secret; with no key, whether it reads any of the scope. */
    boolean uses(String scope, @Nullable String key) {
        return env.values().stream()
                .map(declaration -> Credentials.named(space, declaration))
                .anyMatch(secret -> secret.scope().equals(scope)
                        && (key == null || secret.key().equals(key)));
    }
}
