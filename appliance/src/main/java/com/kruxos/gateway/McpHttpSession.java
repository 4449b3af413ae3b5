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
 * One agent's session over Streamable HTTP: its event streams and the POST requests in progress. As an
 * {@link AgentConnection} it sends what belongs to no request over the newest GET stream. Safe for any thread.
 */
final class McpHttpSession implements AgentConnection {
    /** GET streams that may be open at a time; another one ends the oldest. */
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

    void start(McpSessionHandler handler) {
        sessionHandler = handler;
    }

    /** Absent until {@code initialize} is processed. */
    @Nullable
    McpSessionHandler sessionHandler() {
        return sessionHandler;
    }

    /** Marks the session as used; false when it has ended. */
    boolean touch() {
        lastUsedNanos = System.nanoTime();
        return !ended;
    }

    boolean isEnded() {
        return ended;
    }

    String endReason() {
        return endReason;
    }

    @Override
    public long lastUsedNanos() {
        return lastUsedNanos;
    }

    /** Whether no POST is in progress and no GET stream is connected. */
    @Override
    public synchronized boolean isIdle() {
        return posts.isEmpty() && getStreams.stream().noneMatch(ResumableStream::isAttached);
    }

    void addPost(PostExchange post) {
        posts.add(post);
    }

    void removePost(PostExchange post) {
        posts.remove(post);
        lastUsedNanos = System.nanoTime();
    }

    /** Opens a stream for the responses to one POST. */
    synchronized ResumableStream openResponseStream(SseResponse response) {
        var stream = openStream(response);
        if (ended) {
            stream.discard();
        }
        return stream;
    }

    /**
     * Handles a GET: resumes the stream that {@code lastEventId} names, or opens a new one.
     *
     * @param lastEventId the value of {@code Last-Event-ID}; absent without that header
     * @param response opens the response
     * @return false when the session has ended; the response is not opened then
     */
    synchronized boolean openGetStream(@Nullable String lastEventId, Supplier<SseResponse> response) {
        if (ended) {
            return false;
        }
        var last = EventId.parse(lastEventId);
        var resumed = last == null ? null : streams.get(last.streamNumber());
        if (resumed != null && last != null) {
            resumed.attach(response.get(), last.sequence());
            return true;
        }
        getStreams.stream().filter(stream -> !stream.isAttached()).toList().forEach(this::removeStream);
        if (getStreams.size() >= MAX_GET_STREAMS) {
            // Its client may be gone: a lost network closes no connection.
            removeStream(getStreams.getFirst());
        }
        getStreams.add(openStream(response.get()));
        return true;
    }

    /** For messages that expect no response. */
    Responder unsolicitedResponder() {
        return Responder.over(this);
    }

    /** Sends over the newest connected GET stream, or stores the message on the newest one until its client resumes. */
    @Override
    public synchronized void send(byte[] message) {
        ResumableStream newest = null;
        for (var stream : getStreams) {
            if (newest == null || stream.isAttached() || !newest.isAttached()) {
                newest = stream;
            }
        }
        if (newest != null) {
            newest.send(message);
        }
    }

    @Override
    public synchronized boolean canDeliver() {
        return !getStreams.isEmpty();
    }

    /**
     * Called a few times a second.
     *
     * @param streamBefore POST requests that wait since before this time become streams
     * @param discardBefore streams completed before this time are discarded
     */
    void onTimer(long streamBefore, long discardBefore) {
        posts.forEach(post -> post.switchToStreamIfOlder(streamBefore));
        synchronized (this) {
            streams.values().removeIf(stream -> stream.isCompletedBefore(discardBefore));
        }
    }

    /** Bytes stored for clients that may resume. */
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

    /** Nothing to do: the session has no connection of its own. */
    @Override
    public void abort() {}

    @Override
    public boolean isClosed() {
        return ended;
    }

    private ResumableStream openStream(SseResponse response) {
        var stream = new ResumableStream(++lastStreamNumber);
        streams.put(stream.number(), stream);
        stream.attach(response, 0);
        var handler = sessionHandler;
        if (handler != null && handler.protocolVersion().hasPrimingEvents()) {
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
