package com.kruxos.peers;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Servers that cost next to nothing, so that a test can have many; the scripts lie in {@code resources/peers}. */
public final class MinimalServers {
    private MinimalServers() {}

    /** One process: the shell. */
    public static List<String> shellCommand() {
        return List.of("/bin/sh", scriptPath("small-server.sh"));
    }

    /**
     * Four: a shell around a shell around the server, as launchers of packages make them, and a helper beside it that
     * nobody ends.
     */
    public static List<String> wrappedCommand() {
        return wrap(shellCommand());
    }

    /** The same around Node. */
    public static List<String> wrappedNodeCommand(Path node) {
        return wrap(List.of(node.toString(), scriptPath("small-server.mjs")));
    }

    // The words behind each command keep the shells from becoming it.
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
