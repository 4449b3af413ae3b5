package com.kruxos.server;

import com.kruxos.rpc.Message;
import com.kruxos.rpc.Replies;
import com.kruxos.rpc.Splice;
import com.kruxos.session.Session;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which sessions follow which resources of one server. Several may follow the same under one subscription there; each
 * is told under the URI it used itself. Safe for any thread.
 */
final class Subscriptions {
    /** More than any honest client follows. */
    private static final int MOST = 10_000;

    /** The server's URI → who follows it → the URI that session used. */
    private final Map<String, Map<Session, String>> followers = new HashMap<>();

    /** False when there are too many already. */
    synchronized boolean add(String uri, Session session, String asked) {
        if (followers.size() >= MOST && !followers.containsKey(uri)) {
            return false;
        }
        followers.computeIfAbsent(uri, key -> new HashMap<>()).put(session, asked);
        return true;
    }

    /** Whether nobody follows it any more. */
    synchronized boolean remove(String uri, Session session) {
        var who = followers.get(uri);
        if (who == null) {
            return true;
        }
        who.remove(session);
        if (who.isEmpty()) {
            followers.remove(uri);
            return true;
        }
        return false;
    }

    /** Whether others than {@code session} follow it. */
    synchronized boolean others(String uri, Session session) {
        return followers.getOrDefault(uri, Map.of()).keySet().stream().anyMatch(other -> other != session);
    }

    /** A session is over. Returns what nobody follows any more. */
    synchronized Set<String> ended(Session session) {
        var left = new HashSet<String>();
        for (var followed : List.copyOf(followers.entrySet())) {
            if (followed.getValue().containsKey(session) && remove(followed.getKey(), session)) {
                left.add(followed.getKey());
            }
        }
        return left;
    }

    synchronized Set<String> all() {
        return Set.copyOf(followers.keySet());
    }

    /** Passes on that a resource, or one below it, has changed. The message is scrubbed already. */
    void updated(Message.Notification news) {
        var uri = news.params().uri();
        if (uri == null) {
            return;
        }
        Map<Session, String> told = new HashMap<>();
        synchronized (this) {
            followers.forEach((followed, who) -> {
                if (uri.equals(followed)) {
                    told.putAll(who);
                } else if (uri.startsWith(followed + "/")) {
                    who.forEach((session, asked) -> told.putIfAbsent(session, uri));
                }
            });
        }
        told.forEach((session, asked) -> session.line()
                .send(new Splice(news.frame().bytes())
                        .put(news.params().uriAt(), Replies.quotedBytes(asked))
                        .bytes()));
    }
}
