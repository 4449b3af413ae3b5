package com.kruxos.peers;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Servers that need few resources, for tests with many of them. The scripts are in {@code resources/peers}. */
public final class MinimalServers {
    private MinimalServers() {}

    /** One process: a shell. */
    public static List<String> shellCommand() {
        return List.of("/bin/sh", scriptPath("small-server.sh"));
    }

    /**
     * Four processes: two shells around the server, as package launchers start them, and a helper that none of them
     * ends.
     */
    public static List<String> wrappedCommand() {
        return wrap(shellCommand());
    }

    /** The same with Node. */
    public static List<String> wrappedNodeCommand(Path node) {
        return wrap(List.of(node.toString(), scriptPath("small-server.mjs")));
    }

    // The text after each command keeps the shells from replacing themselves with it.
    private static List<String> wrap(List<String> server) {
        var all = new ArrayList<>(List.of(
                "/bin/sh", "-c", "sh -c 'sleep 1000 </dev/null >/dev/null 2>&1 & \"$@\"; :' sh \"$@\"; :", "sh"));
        all.addAll(server);
        return all;
    }

    private static String scriptPath(String name) {
        try {
            return Path.of(Objects.requireNonNull(MinimalServers.class.getResource("/peers/" + name))
                            .toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }
}
