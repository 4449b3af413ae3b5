package com.kruxos.peers;

import com.kruxos.rpc.JsonRpcWriter;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** The subscriptions of the sessions of {@link FaultyHttpServer}. */
final class SubscriptionLog {
    private final Map<String, Set<String>> subscribers = new ConcurrentHashMap<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();

    /** False when the resource does not allow subscriptions. */
    boolean subscribe(String session, String uri) {
        requests.add("subscribe " + uri);
        if (uri.contains("refused")) {
            return false;
        }
        subscribers.computeIfAbsent(uri, key -> ConcurrentHashMap.newKeySet()).add(session);
        return true;
    }

    void unsubscribe(String session, String uri) {
        requests.add("unsubscribe " + uri);
        subscribers.getOrDefault(uri, Set.of()).removeIf(session::equals);
    }

    List<String> requests() {
        return List.copyOf(requests);
    }

    Set<String> subscribers(String uri) {
        return Set.copyOf(subscribers.getOrDefault(uri, Set.of()));
    }

    static String updatedNotification(String uri) {
        return "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/resources/updated\",\"params\":{\"own\":9007199254740993,\"uri\":"
                + JsonRpcWriter.quote(uri) + "}}";
    }
}
