package com.kruxos.peers;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Servers that cost next to nothing, so that a test can have many; the scripts lie in {@code resources/peers}. */
public final class SmallServer {
    private SmallServer() {}

    /** One process: the shell. */
    public static List<String> plain() {
        return List.of("/bin/sh", script("small-server.sh"));
    }

    /**
     * Four: a shell around a shell around the server, as launchers of packages make them, and a helper beside it that
     * nobody ends.
     */
    public static List<String> wrapped() {
        return behind(plain());
    }

    /** The same around Node. */
    public static List<String> wrappedNode(Path node) {
        return behind(List.of(node.toString(), script("small-server.mjs")));
    }

    // The words behind each command keep the shells from becoming it.
    private static List<String> behind(List<String> server) {
        var all = new ArrayList<>(List.of(
                "/bin/sh", "-c", "sh -c 'sleep 1000 </dev/null >/dev/null 2>&1 & \"$@\"; :' sh \"$@\"; :", "sh"));
        all.addAll(server);
        return all;
    }

    private static String script(String name) {
        try {
            return Path.of(Objects.requireNonNull(SmallServer.class.getResource("/peers/" + name))
                            .toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }
}
