package com.kruxos.identity;

import com.kruxos.result.Ids;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * The browser sessions of operators. Held in memory only, by the hash of their keys: a restart ends them all. Safe for
 * any thread.
 */
public final class OperatorSessions {
    public static final Duration MAX_LIFETIME = Duration.ofHours(12);

    public static final Duration IDLE_TIMEOUT = Duration.ofMinutes(30);

    /** Beyond this, the session that was idle longest ends. */
    static final int MAX_PER_OPERATOR = 16;

    private static final int MAX_BROWSER_LENGTH = 200;

    private final Pepper pepper;
    private final InstantSource clock;
    private final Map<CredentialHash, OperatorSession> sessions = new ConcurrentHashMap<>();

    /**
     * Creates an empty registry.
     *
     * @param pepper at least 32 bytes; the caller may wipe it afterwards
     */
    public OperatorSessions(byte[] pepper, InstantSource clock) {
        this.pepper = new Pepper(pepper);
        this.clock = clock;
    }

    /** A new session, and the key that its browser presents from now on. */
    public record NewOperatorSession(OperatorSession session, NewCredential key) implements AutoCloseable {
        @Override
        public void close() {
            key.close();
        }
    }

    /** Opens a session with a new key. */
    public NewOperatorSession open(String operator, String origin, String browser) {
        removeExpired();
        var now = clock.instant();
        var shown = browser.length() > MAX_BROWSER_LENGTH ? browser.substring(0, MAX_BROWSER_LENGTH) : browser;
        var session = new OperatorSession(Ids.newId("seat"), operator, origin, shown, now, now);
        var key = NewCredential.operatorSession();
        synchronized (this) {
            listFor(operator).stream()
                    .sorted(Comparator.comparing(OperatorSession::lastActive).reversed())
                    .skip(MAX_PER_OPERATOR - 1L)
                    .forEach(one -> end(one.id()));
            sessions.put(pepper.hash(key.ascii()), session);
        }
        return new NewOperatorSession(session, key);
    }

    /** Whether this has the format of a session key, valid or not. */
    public static boolean hasKeyFormat(byte[] presented) {
        return CredentialFormat.OPERATOR_SESSION.matches(presented);
    }

    /** The session with this key, if it is active. Counts as activity. */
    public Optional<OperatorSession> authenticate(byte[] key) {
        var now = clock.instant();
        var hash = CredentialFormat.OPERATOR_SESSION.hash(pepper, key);
        return Optional.ofNullable(sessions.computeIfPresent(
                hash, (same, session) -> isActive(session, now) ? session.activeAt(now) : null));
    }

    /** The session with this key, if it is active. Does not count as activity. */
    public Optional<OperatorSession> find(byte[] key) {
        var now = clock.instant();
        return Optional.ofNullable(sessions.get(CredentialFormat.OPERATOR_SESSION.hash(pepper, key)))
                .filter(session -> isActive(session, now));
    }

    /** Whether this session is active. Does not count as activity. */
    public boolean isActive(String id) {
        var now = clock.instant();
        return sessions.values().stream().anyMatch(session -> session.id().equals(id) && isActive(session, now));
    }

    /** The active sessions of an operator, oldest first. */
    public List<OperatorSession> listFor(String operator) {
        var now = clock.instant();
        return sessions.values().stream()
                .filter(session -> session.operator().equals(operator) && isActive(session, now))
                .sorted(Comparator.comparing(OperatorSession::signedIn).thenComparing(OperatorSession::id))
                .toList();
    }

    public boolean end(String id) {
        return end(session -> session.id().equals(id)) > 0;
    }

    public int endAll(String operator) {
        return end(session -> session.operator().equals(operator));
    }

    private int end(Predicate<OperatorSession> which) {
        var before = sessions.size();
        sessions.values().removeIf(which);
        return Math.max(before - sessions.size(), 0);
    }

    private void removeExpired() {
        var now = clock.instant();
        sessions.values().removeIf(session -> !isActive(session, now));
    }

    private static boolean isActive(OperatorSession session, Instant now) {
        return now.isBefore(session.signedIn().plus(MAX_LIFETIME))
                && now.isBefore(session.lastActive().plus(IDLE_TIMEOUT));
    }
}
