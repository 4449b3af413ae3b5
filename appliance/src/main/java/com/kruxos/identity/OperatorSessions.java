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
 * Which operators are signed in. Held in memory only, by a hash: a restart signs everybody out. Safe for any thread.
 */
public final class OperatorSessions {
    /** How long somebody stays signed in at all. */
    public static final Duration MAX_LIFETIME = Duration.ofHours(12);

    /** How long without doing anything. */
    public static final Duration IDLE_TIMEOUT = Duration.ofMinutes(30);

    /** One more, and the one that was idle longest ends. */
    static final int MAX_PER_OPERATOR = 16;

    private static final int MAX_BROWSER_LENGTH = 200;

    private final Pepper pepper;
    private final InstantSource clock;
    private final Map<CredentialHash, OperatorSession> sessions = new ConcurrentHashMap<>();

    /** {@code pepper} has at least 32 bytes and may be wiped when this returns. */
    public OperatorSessions(byte[] pepper, InstantSource clock) {
        this.pepper = new Pepper(pepper);
        this.clock = clock;
    }

    /** A seat that was just taken, and what the browser shows from now on. */
    public record NewOperatorSession(OperatorSession session, NewCredential key) implements AutoCloseable {
        @Override
        public void close() {
            key.close();
        }
    }

    /** Signs somebody in, with a key nobody has seen before. */
    public NewOperatorSession open(String operator, String origin, String browser) {
        removeExpired();
        var now = clock.instant();
        var shown = browser.length() > MAX_BROWSER_LENGTH ? browser.substring(0, MAX_BROWSER_LENGTH) : browser;
        var seat = new OperatorSession(Ids.newId("seat"), operator, origin, shown, now, now);
        var key = NewCredential.operatorSession();
        synchronized (this) {
            listFor(operator).stream()
                    .sorted(Comparator.comparing(OperatorSession::lastActive).reversed())
                    .skip(MAX_PER_OPERATOR - 1L)
                    .forEach(one -> end(one.id()));
            sessions.put(pepper.hash(key.ascii()), seat);
        }
        return new NewOperatorSession(seat, key);
    }

    /** Whether this may be the key of a seat, of one that has ended among them. */
    public static boolean hasKeyFormat(byte[] presented) {
        return CredentialFormat.OPERATOR_SESSION.matches(presented);
    }

    /** Whose key this is, if it counts now; that they did something is noted. */
    public Optional<OperatorSession> authenticate(byte[] key) {
        var now = clock.instant();
        var hash = CredentialFormat.OPERATOR_SESSION.hash(pepper, key);
        return Optional.ofNullable(
                sessions.computeIfPresent(hash, (same, seat) -> isActive(seat, now) ? seat.activeAt(now) : null));
    }

    /** Whose key this is, if it counts now; nobody did anything. */
    public Optional<OperatorSession> find(byte[] key) {
        var now = clock.instant();
        return Optional.ofNullable(sessions.get(CredentialFormat.OPERATOR_SESSION.hash(pepper, key)))
                .filter(seat -> isActive(seat, now));
    }

    /** Whether this seat counts now; nobody did anything. */
    public boolean isActive(String id) {
        var now = clock.instant();
        return sessions.values().stream().anyMatch(seat -> seat.id().equals(id) && isActive(seat, now));
    }

    /** The seats of an operator that count now, oldest first. */
    public List<OperatorSession> listFor(String operator) {
        var now = clock.instant();
        return sessions.values().stream()
                .filter(seat -> seat.operator().equals(operator) && isActive(seat, now))
                .sorted(Comparator.comparing(OperatorSession::signedIn).thenComparing(OperatorSession::id))
                .toList();
    }

    public boolean end(String id) {
        return end(seat -> seat.id().equals(id)) > 0;
    }

    /** Ends all of an operator's seats. */
    public int endAll(String operator) {
        return end(seat -> seat.operator().equals(operator));
    }

    private int end(Predicate<OperatorSession> which) {
        var before = sessions.size();
        sessions.values().removeIf(which);
        return Math.max(before - sessions.size(), 0);
    }

    private void removeExpired() {
        var now = clock.instant();
        sessions.values().removeIf(seat -> !isActive(seat, now));
    }

    private static boolean isActive(OperatorSession seat, Instant now) {
        return now.isBefore(seat.signedIn().plus(MAX_LIFETIME))
                && now.isBefore(seat.lastActive().plus(IDLE_TIMEOUT));
    }
}
