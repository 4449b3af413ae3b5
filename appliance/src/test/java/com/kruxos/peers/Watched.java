package com.kruxos.peers;

import com.kruxos.rpc.Replies;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Which sessions of {@link OddHttpServer} follow which of its resources. */
final class Watched {
    private final Map<String, Set<String>> followers = new ConcurrentHashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();

    /** False when it cannot be followed. */
    boolean follow(String session, String uri) {
        asked.add("subscribe " + uri);
        if (uri.contains("refused")) {
            return false;
        }
        followers.computeIfAbsent(uri, key -> ConcurrentHashMap.newKeySet()).add(session);
        return true;
    }

    void leave(String session, String uri) {
        asked.add("unsubscribe " + uri);
        followers.getOrDefault(uri, Set.of()).removeIf(session::equals);
    }

    List<String> asked() {
        return List.copyOf(asked);
    }

    Set<String> followers(String uri) {
        return Set.copyOf(followers.getOrDefault(uri, Set.of()));
    }

    static String changed(String uri) {
        return "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/resources/updated\",\"params\":{\"own\":9007199254740993,\"uri\":"
                + Replies.quoted(uri) + "}}";
    }
}
