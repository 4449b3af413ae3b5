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
 * Which sessions follow which resources of one server. Several may follow the same under one subscription there; each
 * is told under the URI it used itself. Safe for any thread.
 */
final class Subscriptions {
    /** More than any honest client follows. */
    private static final int MAX_URIS = 10_000;

    /** An agent's share, however many sessions it has: what one follows must not be taken from the others. */
    private static final int MAX_URIS_PER_AGENT = 1_000;

    /** A URI can be as long as a message. */
    private static final int MAX_CHARACTERS_PER_AGENT = 1 << 20;

    /** The server's URI → who follows it, and how. */
    private final Map<String, Map<Session, Subscription>> subscribersByUri = new HashMap<>();

    /** The same the other way round. */
    private final Map<Session, Set<String>> urisBySession = new HashMap<>();

    /** Those whose end will be heard of. */
    private final Set<Session> hookedSessions = new HashSet<>();

    /**
     * How one session follows a resource.
     *
     * @param requestedUri the URI the session used
     * @param confirmed whether the server has said yes to it, or to another session before
     */
    private record Subscription(String requestedUri, boolean confirmed) {}

    /** False when too much is followed already. */
    synchronized boolean add(String uri, Session session, String asked) {
        var before = find(uri, session);
        if (before == null && (isFull(uri) || exceedsAgentQuota(session, uri.length()))) {
            return false;
        }
        subscribersByUri
                .computeIfAbsent(uri, key -> new HashMap<>())
                .put(session, new Subscription(asked, before != null && before.confirmed()));
        urisBySession.computeIfAbsent(session, key -> new HashSet<>()).add(uri);
        return true;
    }

    /**
     * True once for a session: whoever hears it, behind {@link #add}, sees to it that {@link #removeSession} is called.
     */
    synchronized boolean claimSessionEndHook(Session session) {
        return hookedSessions.add(session);
    }

    /** The server has said yes. */
    synchronized void confirm(String uri, Session session) {
        var before = find(uri, session);
        if (before != null) {
            subscribersByUri.getOrDefault(uri, Map.of()).put(session, new Subscription(before.requestedUri(), true));
        }
    }

    synchronized void remove(String uri, Session session) {
        var who = subscribersByUri.getOrDefault(uri, Map.of());
        if (who.remove(session) == null) {
            return;
        }
        if (who.isEmpty()) {
            subscribersByUri.remove(uri);
        }
        var others = urisBySession.get(session);
        if (others != null && others.remove(uri) && others.isEmpty()) {
            urisBySession.remove(session);
        }
    }

    /** Whether anybody follows it. */
    synchronized boolean hasSubscribers(String uri) {
        return subscribersByUri.containsKey(uri);
    }

    /** Whether the server knows that others than {@code session} follow it. */
    synchronized boolean isConfirmedForOthers(String uri, Session session) {
        return subscribersByUri.getOrDefault(uri, Map.of()).entrySet().stream()
                .anyMatch(other -> other.getKey() != session && other.getValue().confirmed());
    }

    /** A session is over. Returns what nobody follows any more. */
    synchronized Set<String> removeSession(Session session) {
        var left = new HashSet<String>();
        for (var uri : Set.copyOf(urisBySession.getOrDefault(session, Set.of()))) {
            remove(uri, session);
            if (!hasSubscribers(uri)) {
                left.add(uri);
            }
        }
        hookedSessions.remove(session);
        return left;
    }

    synchronized Set<String> uris() {
        return Set.copyOf(subscribersByUri.keySet());
    }

    /** Passes on that a resource, or one below it, has changed. The message is scrubbed already. */
    void forwardUpdate(Message.Notification news) {
        var uri = news.params().uri();
        if (uri == null) {
            return;
        }
        Map<Session, String> told = new HashMap<>();
        synchronized (this) {
            subscribersByUri.forEach((followed, who) -> {
                if (uri.equals(followed)) {
                    who.forEach((session, how) -> told.put(session, how.requestedUri()));
                } else if (isSubResource(uri, followed)) {
                    who.forEach((session, how) ->
                            told.putIfAbsent(session, how.requestedUri() + uri.substring(followed.length())));
                }
            });
        }
        told.forEach((session, asked) -> session.connection()
                .send(new Splice(news.raw().bytes())
                        .replace(news.params().uriSpan(), JsonRpcWriter.quoteToBytes(asked))
                        .toByteArray()));
    }

    private static boolean isSubResource(String uri, String followed) {
        return uri.startsWith(followed) && (followed.endsWith("/") || uri.charAt(followed.length()) == '/');
    }

    private @Nullable Subscription find(String uri, Session session) {
        return subscribersByUri.getOrDefault(uri, Map.of()).get(session);
    }

    private boolean isFull(String uri) {
        return subscribersByUri.size() >= MAX_URIS && !subscribersByUri.containsKey(uri);
    }

    /** Whether one more, of so many characters, is too much for the session's agent. */
    private boolean exceedsAgentQuota(Session session, int more) {
        var agent = session.connectionInfo().agentId();
        var count = 1;
        var characters = (long) more;
        for (var other : urisBySession.entrySet()) {
            if (other.getKey().connectionInfo().agentId().equals(agent)) {
                count += other.getValue().size();
                characters +=
                        other.getValue().stream().mapToLong(String::length).sum();
            }
        }
        return count > MAX_URIS_PER_AGENT || characters > MAX_CHARACTERS_PER_AGENT;
    }
}
