package com.kruxos.server;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What an operator configures to add a server; see {@link Server}. */
public record NewServer(
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
        boolean offline) {
    public NewServer {
        command = List.copyOf(command);
        env = Map.copyOf(env);
        plainEnv = Map.copyOf(plainEnv);
        grants = Set.copyOf(grants);
        headers = Map.copyOf(headers);
    }

    /** A local program. */
    public NewServer(
            String space,
            String name,
            List<String> command,
            Map<String, String> env,
            Map<String, String> plainEnv,
            Set<String> grants,
            @Nullable String cwd,
            boolean prefixed) {
        this(space, name, command, env, plainEnv, grants, cwd, prefixed, null, Map.of(), false, false);
    }
}
