package com.kruxos.server;

import com.kruxos.rpc.JsonRpcWriter;
import com.kruxos.rpc.Message;
import com.kruxos.rpc.Splice;
import com.kruxos.session.Session;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The resource subscriptions of the sessions at one server. Several sessions may share one subscription at the server;
 * each gets updates under the URI it used itself. Safe for any thread.
 */
final class Subscriptions {
    /** More than any well-behaved set of clients needs. */
    private static final int MAX_URIS = 10_000;

    /** For all sessions of one agent, so that one agent cannot use up the limit of the others. */
    private static final int MAX_URIS_PER_AGENT = 1_000;

    /** For all sessions of one agent; a URI can be as long as a message. */
    private static final int MAX_CHARACTERS_PER_AGENT = 1 << 20;

    /** Keyed by the server's URI. */
    private final Map<String, Map<Session, Subscription>> subscribersByUri = new HashMap<>();

    /** The inverse of {@link #subscribersByUri}. */
    private final Map<Session, Set<String>> urisBySession = new HashMap<>();

    /** Sessions whose end is reported to {@link #removeSession}. */
    private final Set<Session> hookedSessions = new HashSet<>();

    /**
     * The subscription of one session.
     *
     * @param requestedUri the URI the session used
     * @param confirmed whether the server has accepted it, for this session or for an earlier one
     */
    private record Subscription(String requestedUri, boolean confirmed) {}

    /** Returns false when a limit is reached. */
    synchronized boolean add(String uri, Session session, String requestedUri) {
        var existing = find(uri, session);
        if (existing == null && (isFull(uri) || exceedsAgentQuota(session, uri.length()))) {
            return false;
        }
        subscribersByUri
                .computeIfAbsent(uri, key -> new HashMap<>())
                .put(session, new Subscription(requestedUri, existing != null && existing.confirmed()));
        urisBySession.computeIfAbsent(session, key -> new HashSet<>()).add(uri);
        return true;
    }

    /**
     * Returns true to the first caller for a session, which must make the end of the session call
     * {@link #removeSession}. Call it after {@link #add}.
     */
    synchronized boolean claimSessionEndHook(Session session) {
        return hookedSessions.add(session);
    }

    /** The server has accepted the subscription. */
    synchronized void confirm(String uri, Session session) {
        var existing = find(uri, session);
        if (existing != null) {
            subscribersByUri.getOrDefault(uri, Map.of()).put(session, new Subscription(existing.requestedUri(), true));
        }
    }

    synchronized void remove(String uri, Session session) {
        var subscribers = subscribersByUri.getOrDefault(uri, Map.of());
        if (subscribers.remove(session) == null) {
            return;
        }
        if (subscribers.isEmpty()) {
            subscribersByUri.remove(uri);
        }
        var uris = urisBySession.get(session);
        if (uris != null && uris.remove(uri) && uris.isEmpty()) {
            urisBySession.remove(session);
        }
    }

    synchronized boolean hasSubscribers(String uri) {
        return subscribersByUri.containsKey(uri);
    }

    /** Whether the server has accepted the subscription of another session. */
    synchronized boolean isConfirmedForOthers(String uri, Session session) {
        return subscribersByUri.getOrDefault(uri, Map.of()).entrySet().stream()
                .anyMatch(other -> other.getKey() != session && other.getValue().confirmed());
    }

    /** Removes an ended session. Returns the URIs that have no subscriber any more. */
    synchronized Set<String> removeSession(Session session) {
        var unused = new HashSet<String>();
        for (var uri : Set.copyOf(urisBySession.getOrDefault(session, Set.of()))) {
            remove(uri, session);
            if (!hasSubscribers(uri)) {
                unused.add(uri);
            }
        }
        hookedSessions.remove(session);
        return unused;
    }

    synchronized Set<String> uris() {
        return Set.copyOf(subscribersByUri.keySet());
    }

    /**
     * Forwards {@code resources/updated} to the subscribers of the resource, and of the resources that contain it.
     *
     * @param notification is redacted
     */
    void forwardUpdate(Message.Notification notification) {
        var uri = notification.params().uri();
        if (uri == null) {
            return;
        }
        Map<Session, String> recipients = new HashMap<>();
        synchronized (this) {
            subscribersByUri.forEach((subscribed, subscribers) -> {
                if (uri.equals(subscribed)) {
                    subscribers.forEach(
                            (session, subscription) -> recipients.put(session, subscription.requestedUri()));
                } else if (isSubResource(uri, subscribed)) {
                    subscribers.forEach((session, subscription) -> recipients.putIfAbsent(
                            session, subscription.requestedUri() + uri.substring(subscribed.length())));
                }
            });
        }
        recipients.forEach((session, requestedUri) -> session.connection()
                .send(new Splice(notification.raw().bytes())
                        .replace(notification.params().uriSpan(), JsonRpcWriter.quoteToBytes(requestedUri))
                        .toByteArray()));
    }

    private static boolean isSubResource(String uri, String parent) {
        return uri.startsWith(parent) && (parent.endsWith("/") || uri.charAt(parent.length()) == '/');
    }

    private @Nullable Subscription find(String uri, Session session) {
        return subscribersByUri.getOrDefault(uri, Map.of()).get(session);
    }

    private boolean isFull(String uri) {
        return subscribersByUri.size() >= MAX_URIS && !subscribersByUri.containsKey(uri);
    }

    /** @param length of the URI to add */
    private boolean exceedsAgentQuota(Session session, int length) {
        var agentId = session.caller().agentId();
        var count = 1;
        var characters = (long) length;
        for (var other : urisBySession.entrySet()) {
            if (other.getKey().caller().agentId().equals(agentId)) {
                count += other.getValue().size();
                characters +=
                        other.getValue().stream().mapToLong(String::length).sum();
            }
        }
        return count > MAX_URIS_PER_AGENT || characters > MAX_CHARACTERS_PER_AGENT;
    }
}
