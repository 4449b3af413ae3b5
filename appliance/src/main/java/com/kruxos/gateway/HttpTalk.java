package com.kruxos.gateway;

import com.kruxos.session.Back;
import com.kruxos.session.Line;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One agent's session over Streamable HTTP: its streams, what it has under way, and when it was last heard of. As a
 * {@link Line} it carries what belongs to no request, over the newest {@code GET} stream. Safe for any thread.
 */
final class HttpTalk implements Line {
    /** Streams a client may hold open with GET at a time; the next one ends the oldest. */
    private static final int MOST_LISTENING = 4;

    private final Set<Post> posts = ConcurrentHashMap.newKeySet();
    private volatile @Nullable Conversation conversation;
    private volatile long lastUsed = System.nanoTime();
    private volatile boolean ended;
    private volatile String why = "";

    // Guarded by this.
    private final Map<Long, EventStream> streams = new HashMap<>();
    private final List<EventStream> listening = new ArrayList<>();
    private long numbers;

    void begun(Conversation made) {
        conversation = made;
    }

    /** Absent until {@code initialize} is answered. */
    @Nullable
    Conversation conversation() {
        return conversation;
    }

    /** It is in use; false when it has ended. */
    boolean touch() {
        lastUsed = System.nanoTime();
        return !ended;
    }

    boolean ended() {
        return ended;
    }

    /** Why it ended. */
    String why() {
        return why;
    }

    long lastUsed() {
        return lastUsed;
    }

    /** Whether it can be ended without taking anything from anybody. */
    synchronized boolean idle() {
        return posts.isEmpty() && listening.stream().noneMatch(EventStream::attached);
    }

    void flying(Post post) {
        posts.add(post);
    }

    void landed(Post post) {
        posts.remove(post);
        lastUsed = System.nanoTime();
    }

    /** A stream for the answers to one POST. */
    synchronized EventStream answering(EventSink sink) {
        var stream = opened(sink);
        if (ended) {
            stream.drop();
        }
        return stream;
    }

    /**
     * A GET: takes up the stream that {@code last} names, or begins one.
     *
     * @param last the value of {@code Last-Event-ID}; absent when the client has none
     * @return false when the session has ended meanwhile; the sink is then unused
     */
    synchronized boolean listen(@Nullable String last, Supplier<EventSink> sink) {
        if (ended) {
            return false;
        }
        var place = EventId.read(last);
        var known = place == null ? null : streams.get(place.stream());
        if (known != null && place != null) {
            known.attach(sink.get(), place.seq());
            return true;
        }
        listening.stream().filter(stream -> !stream.attached()).toList().forEach(this::forget);
        if (listening.size() >= MOST_LISTENING) {
            // Its client may be long gone: of a network that went away nobody tells.
            forget(listening.getFirst());
        }
        listening.add(opened(sink.get()));
        return true;
    }

    /** Where answers go that nobody waits for. */
    Back nowhere() {
        return Back.along(this);
    }

    /** Sends it over the newest stream somebody reads, else keeps it on the newest for when its client comes back. */
    @Override
    public synchronized void send(byte[] message) {
        EventStream to = null;
        for (var stream : listening) {
            if (to == null || stream.attached() || !to.attached()) {
                to = stream;
            }
        }
        if (to != null) {
            to.send(message);
        }
    }

    @Override
    public synchronized boolean hears() {
        return !listening.isEmpty();
    }

    /** Called a few times a second: slow answers become streams, what is kept too long goes. */
    void tick(long slow, long old) {
        posts.forEach(post -> post.tick(slow));
        synchronized (this) {
            streams.values().removeIf(stream -> stream.completedBefore(old));
        }
    }

    /** Bytes kept for connections that broke. */
    synchronized long keptBytes() {
        return streams.values().stream().mapToLong(EventStream::keptBytes).sum();
    }

    @Override
    public void hangUp(String reason) {
        why = reason;
        ended = true;
        posts.forEach(Post::cutOff);
        synchronized (this) {
            streams.values().forEach(EventStream::drop);
            streams.clear();
            listening.clear();
        }
    }

    @Override
    public void leave(String reason) {
        hangUp(reason);
    }

    /** There is no connection of its own to cut. */
    @Override
    public void cut() {}

    @Override
    public boolean gone() {
        return ended;
    }

    private EventStream opened(EventSink sink) {
        var stream = new EventStream(++numbers);
        streams.put(stream.number(), stream);
        stream.attach(sink, 0);
        var talk = conversation;
        if (talk != null && talk.primes()) {
            stream.prime();
        }
        return stream;
    }

    private void forget(EventStream stream) {
        listening.remove(stream);
        streams.remove(stream.number());
        stream.drop();
    }
}
