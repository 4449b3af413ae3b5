package com.kruxos.gateway;

import com.kruxos.session.AgentConnection;
import com.kruxos.session.Responder;
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
 * {@link AgentConnection} it carries what belongs to no request, over the newest {@code GET} stream. Safe for any
 * thread.
 */
final class McpHttpSession implements AgentConnection {
    /** Streams a client may hold open with GET at a time; the next one ends the oldest. */
    private static final int MAX_GET_STREAMS = 4;

    private final Set<PostExchange> posts = ConcurrentHashMap.newKeySet();
    private volatile @Nullable McpSessionHandler sessionHandler;
    private volatile long lastUsedNanos = System.nanoTime();
    private volatile boolean ended;
    private volatile String endReason = "";

    // Guarded by this.
    private final Map<Long, ResumableStream> streams = new HashMap<>();
    private final List<ResumableStream> getStreams = new ArrayList<>();
    private long lastStreamNumber;

    void start(McpSessionHandler made) {
        sessionHandler = made;
    }

    /** Absent until {@code initialize} is answered. */
    @Nullable
    McpSessionHandler sessionHandler() {
        return sessionHandler;
    }

    /** It is in use; false when it has ended. */
    boolean touch() {
        lastUsedNanos = System.nanoTime();
        return !ended;
    }

    boolean isEnded() {
        return ended;
    }

    /** Why it ended. */
    String endReason() {
        return endReason;
    }

    long lastUsedNanos() {
        return lastUsedNanos;
    }

    /** Whether it can be ended without taking anything from anybody. */
    synchronized boolean isIdle() {
        return posts.isEmpty() && getStreams.stream().noneMatch(ResumableStream::isAttached);
    }

    void addPost(PostExchange post) {
        posts.add(post);
    }

    void removePost(PostExchange post) {
        posts.remove(post);
        lastUsedNanos = System.nanoTime();
    }

    /** A stream for the answers to one POST. */
    synchronized ResumableStream openResponseStream(SseResponse sink) {
        var stream = openStream(sink);
        if (ended) {
            stream.discard();
        }
        return stream;
    }

    /**
     * A GET: takes up the stream that {@code last} names, or begins one.
     *
     * @param last the value of {@code Last-Event-ID}; absent when the client has none
     * @return false when the session has ended meanwhile; the sink is then unused
     */
    synchronized boolean openGetStream(@Nullable String last, Supplier<SseResponse> sink) {
        if (ended) {
            return false;
        }
        var place = EventId.parse(last);
        var known = place == null ? null : streams.get(place.streamNumber());
        if (known != null && place != null) {
            known.attach(sink.get(), place.sequence());
            return true;
        }
        getStreams.stream().filter(stream -> !stream.isAttached()).toList().forEach(this::removeStream);
        if (getStreams.size() >= MAX_GET_STREAMS) {
            // Its client may be long gone: of a network that went away nobody tells.
            removeStream(getStreams.getFirst());
        }
        getStreams.add(openStream(sink.get()));
        return true;
    }

    /** Where answers go that nobody waits for. */
    Responder unsolicitedResponder() {
        return Responder.over(this);
    }

    /** Sends it over the newest stream somebody reads, else keeps it on the newest for when its client comes back. */
    @Override
    public synchronized void send(byte[] message) {
        ResumableStream to = null;
        for (var stream : getStreams) {
            if (to == null || stream.isAttached() || !to.isAttached()) {
                to = stream;
            }
        }
        if (to != null) {
            to.send(message);
        }
    }

    @Override
    public synchronized boolean canDeliver() {
        return !getStreams.isEmpty();
    }

    /** Called a few times a second: slow answers become streams, what is kept too long goes. */
    void onTimer(long slow, long old) {
        posts.forEach(post -> post.switchToStreamIfOlder(slow));
        synchronized (this) {
            streams.values().removeIf(stream -> stream.isCompletedBefore(old));
        }
    }

    /** Bytes kept for connections that broke. */
    synchronized long storedBytes() {
        return streams.values().stream().mapToLong(ResumableStream::storedBytes).sum();
    }

    @Override
    public void terminate(String reason) {
        endReason = reason;
        ended = true;
        posts.forEach(PostExchange::abort);
        synchronized (this) {
            streams.values().forEach(ResumableStream::discard);
            streams.clear();
            getStreams.clear();
        }
    }

    @Override
    public void goAway(String reason) {
        terminate(reason);
    }

    /** There is no connection of its own to cut. */
    @Override
    public void abort() {}

    @Override
    public boolean isClosed() {
        return ended;
    }

    private ResumableStream openStream(SseResponse sink) {
        var stream = new ResumableStream(++lastStreamNumber);
        streams.put(stream.number(), stream);
        stream.attach(sink, 0);
        var talk = sessionHandler;
        if (talk != null && talk.usesPrimingEvents()) {
            stream.sendPrimingEvent();
        }
        return stream;
    }

    private void removeStream(ResumableStream stream) {
        getStreams.remove(stream);
        streams.remove(stream.number());
        stream.discard();
    }
}
