package com.kruxos.server;

import com.kruxos.rpc.Message;
import com.kruxos.rpc.Replies;
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
    private static final int MOST = 10_000;

    /** An agent's share, however many sessions it has: what one follows must not be taken from the others. */
    private static final int SHARE = 1_000;

    /** A URI can be as long as a message. */
    private static final int SHARE_CHARACTERS = 1 << 20;

    /** The server's URI → who follows it, and how. */
    private final Map<String, Map<Session, Followed>> followers = new HashMap<>();

    /** The same the other way round. */
    private final Map<Session, Set<String>> sessions = new HashMap<>();

    /** Those whose end will be heard of. */
    private final Set<Session> begun = new HashSet<>();

    /**
     * How one session follows a resource.
     *
     * @param asked the URI the session used
     * @param agreed whether the server has said yes to it, or to another session before
     */
    private record Followed(String asked, boolean agreed) {}

    /** False when too much is followed already. */
    synchronized boolean add(String uri, Session session, String asked) {
        var before = followed(uri, session);
        if (before == null && (full(uri) || shareUsed(session, uri.length()))) {
            return false;
        }
        followers
                .computeIfAbsent(uri, key -> new HashMap<>())
                .put(session, new Followed(asked, before != null && before.agreed()));
        sessions.computeIfAbsent(session, key -> new HashSet<>()).add(uri);
        return true;
    }

    /** True once for a session: whoever hears it, behind {@link #add}, sees to it that {@link #ended} is called. */
    synchronized boolean begins(Session session) {
        return begun.add(session);
    }

    /** The server has said yes. */
    synchronized void agreed(String uri, Session session) {
        var before = followed(uri, session);
        if (before != null) {
            followers.getOrDefault(uri, Map.of()).put(session, new Followed(before.asked(), true));
        }
    }

    synchronized void remove(String uri, Session session) {
        var who = followers.getOrDefault(uri, Map.of());
        if (who.remove(session) == null) {
            return;
        }
        if (who.isEmpty()) {
            followers.remove(uri);
        }
        var others = sessions.get(session);
        if (others != null && others.remove(uri) && others.isEmpty()) {
            sessions.remove(session);
        }
    }

    /** Whether anybody follows it. */
    synchronized boolean followed(String uri) {
        return followers.containsKey(uri);
    }

    /** Whether the server knows that others than {@code session} follow it. */
    synchronized boolean agreedWithOthers(String uri, Session session) {
        return followers.getOrDefault(uri, Map.of()).entrySet().stream()
                .anyMatch(other -> other.getKey() != session && other.getValue().agreed());
    }

    /** A session is over. Returns what nobody follows any more. */
    synchronized Set<String> ended(Session session) {
        var left = new HashSet<String>();
        for (var uri : Set.copyOf(sessions.getOrDefault(session, Set.of()))) {
            remove(uri, session);
            if (!followed(uri)) {
                left.add(uri);
            }
        }
        begun.remove(session);
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
                    who.forEach((session, how) -> told.put(session, how.asked()));
                } else if (below(uri, followed)) {
                    who.forEach((session, how) ->
                            told.putIfAbsent(session, how.asked() + uri.substring(followed.length())));
                }
            });
        }
        told.forEach((session, asked) -> session.line()
                .send(new Splice(news.frame().bytes())
                        .put(news.params().uriAt(), Replies.quotedBytes(asked))
                        .bytes()));
    }

    private static boolean below(String uri, String followed) {
        return uri.startsWith(followed) && (followed.endsWith("/") || uri.charAt(followed.length()) == '/');
    }

    private @Nullable Followed followed(String uri, Session session) {
        return followers.getOrDefault(uri, Map.of()).get(session);
    }

    private boolean full(String uri) {
        return followers.size() >= MOST && !followers.containsKey(uri);
    }

    /** Whether one more, of so many characters, is too much for the session's agent. */
    private boolean shareUsed(Session session, int more) {
        var agent = session.opening().agent();
        var count = 1;
        var characters = (long) more;
        for (var other : sessions.entrySet()) {
            if (other.getKey().opening().agent().equals(agent)) {
                count += other.getValue().size();
                characters +=
                        other.getValue().stream().mapToLong(String::length).sum();
            }
        }
        return count > SHARE || characters > SHARE_CHARACTERS;
    }
}
