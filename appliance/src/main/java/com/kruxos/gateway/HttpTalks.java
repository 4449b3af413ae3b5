package com.kruxos.gateway;

import com.kruxos.identity.Authenticated;
import com.kruxos.session.Admission;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The sessions over Streamable HTTP. Clients seldom say goodbye, so one that is not used ends by itself, and one
 * agent's oldest idle session makes room for its next. Safe for any thread.
 */
final class HttpTalks implements AutoCloseable {
    /** An answer that takes longer is sent as a stream. */
    private static final long SLOW = Duration.ofSeconds(1).toNanos();

    /** How long a finished stream can be asked for again. */
    private static final long KEPT = Duration.ofSeconds(60).toNanos();
    /** What all sessions together keep for connections that broke; above it finished streams are forgotten at once. */
    private static final long KEPT_BYTES = 32L << 20;

    static final String NO_PLACE = "its place was taken meanwhile, or its key ended";

    private final Door door;
    private final long idle;
    private final long silence;
    private final Map<String, HttpTalk> talks = new ConcurrentHashMap<>();
    private final EventSinks sinks = new EventSinks();
    private final ScheduledExecutorService ticker = Executors.newSingleThreadScheduledExecutor(
            Thread.ofVirtual().name("http-sessions").factory());

    /**
     * Begins to look after sessions.
     *
     * @param idle how long a session may be unused
     * @param silence how long nothing goes out on a stream before a comment does
     */
    HttpTalks(Door door, Duration idle, Duration silence) {
        this.door = door;
        this.idle = idle.toNanos();
        this.silence = silence.toNanos();
        var _ = ticker.scheduleWithFixedDelay(this::tick, 500, 500, TimeUnit.MILLISECONDS);
    }

    EventSinks sinks() {
        return sinks;
    }

    /** Makes room for one more session of this agent, on whatever line; says why there is none, and writes it down. */
    Optional<Admission.Refused> room(Authenticated agent, String origin) {
        var refused = door.refusal(agent);
        while (refused.filter(HttpTalks::full).isPresent() && makeRoom(agent)) {
            refused = door.refusal(agent);
        }
        refused.filter(HttpTalks::full).ifPresent(full -> door.crowded(agent, origin));
        return refused;
    }

    /** Opens the session that was welcomed, and begins {@code talk} with it. */
    Admission open(String id, Authenticated agent, String origin, HttpTalk talk) {
        var admission = door.open(id, agent, origin, talk);
        while (full(admission) && makeRoom(agent)) {
            admission = door.open(id, agent, origin, talk);
        }
        if (admission instanceof Admission.Refused) {
            door.stayedAway(id, agent, origin, NO_PLACE);
        }
        admission.session().ifPresent(session -> {
            talk.begun(door.conversation(session));
            talks.put(session.id(), talk);
        });
        return admission;
    }

    /** Whether it would be otherwise with a session less. */
    private static boolean full(Admission admission) {
        return switch (admission) {
            case Admission.AgentFull _, Admission.Full _ -> true;
            case Admission.Admitted _, Admission.KeyEnded _, Admission.Stopping _ -> false;
        };
    }

    /** The agent's own session of this id; another agent's is as unknown as one that never was. */
    Optional<HttpTalk> find(String id, Authenticated agent) {
        return Optional.ofNullable(talks.get(id))
                .filter(talk -> conversation(talk)
                        .session()
                        .opening()
                        .agent()
                        .equals(agent.agent().id()))
                .filter(HttpTalk::touch);
    }

    void end(HttpTalk talk, String reason) {
        var conversation = conversation(talk);
        if (talks.remove(conversation.session().id(), talk)) {
            talk.hangUp(reason);
            door.left(conversation, reason);
        }
    }

    int count() {
        return talks.size();
    }

    /** To be called when the sessions have ended: the last of them are written down. */
    @Override
    public void close() {
        ticker.shutdownNow();
        tick();
    }

    /** Sessions end elsewhere too, when a key is revoked: those are forgotten here. */
    private void tick() {
        var now = System.nanoTime();
        long kept = 0;
        for (var talk : List.copyOf(talks.values())) {
            kept += talk.keptBytes();
            talk.tick(now - SLOW, kept > KEPT_BYTES ? now : now - KEPT);
            if (talk.ended()) {
                if (talks.remove(conversation(talk).session().id(), talk)) {
                    door.left(conversation(talk), talk.why());
                }
            } else if (talk.lastUsed() - (now - idle) < 0 && talk.idle()) {
                end(talk, "idle");
            }
        }
        sinks.comment(now - silence);
    }

    private boolean makeRoom(Authenticated agent) {
        var oldest = talks.values().stream()
                .filter(talk -> conversation(talk)
                        .session()
                        .opening()
                        .agent()
                        .equals(agent.agent().id()))
                .filter(HttpTalk::idle)
                .min(Comparator.comparingLong(HttpTalk::lastUsed));
        oldest.ifPresent(talk -> end(talk, "made room for a newer session"));
        return oldest.isPresent();
    }

    private static Conversation conversation(HttpTalk talk) {
        return Objects.requireNonNull(talk.conversation(), "registered before it began");
    }
}
