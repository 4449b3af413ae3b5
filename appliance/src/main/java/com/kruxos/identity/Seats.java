package com.kruxos.identity;

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
public final class Seats {
    /** How long somebody stays signed in at all. */
    public static final Duration LIFE = Duration.ofHours(12);

    /** How long without doing anything. */
    public static final Duration IDLE = Duration.ofMinutes(30);

    /** One more, and the one that was idle longest ends. */
    static final int MOST_EACH = 16;

    private static final int BROWSER = 200;

    private final Pepper pepper;
    private final InstantSource clock;
    private final Map<KeyHash, Seat> seats = new ConcurrentHashMap<>();

    /** {@code pepper} has at least 32 bytes and may be wiped when this returns. */
    public Seats(byte[] pepper, InstantSource clock) {
        this.pepper = new Pepper(pepper);
        this.clock = clock;
    }

    /** A seat that was just taken, and what the browser shows from now on. */
    public record Taken(Seat seat, OneTimeKey key) implements AutoCloseable {
        @Override
        public void close() {
            key.close();
        }
    }

    /** Signs somebody in, with a key nobody has seen before. */
    public Taken take(String operator, String origin, String browser) {
        sweep();
        var now = clock.instant();
        var shown = browser.length() > BROWSER ? browser.substring(0, BROWSER) : browser;
        var seat = new Seat(Ids.fresh("seat"), operator, origin, shown, now, now);
        var key = OneTimeKey.seat();
        synchronized (this) {
            of(operator).stream()
                    .sorted(Comparator.comparing(Seat::last).reversed())
                    .skip(MOST_EACH - 1L)
                    .forEach(one -> end(one.id()));
            seats.put(pepper.hash(key.ascii()), seat);
        }
        return new Taken(seat, key);
    }

    /** Whether this may be the key of a seat, of one that has ended among them. */
    public static boolean mayBeKey(byte[] presented) {
        return KeyForm.SEAT.isFormOf(presented);
    }

    /** Whose key this is, if it counts now; that they did something is noted. */
    public Optional<Seat> use(byte[] key) {
        var now = clock.instant();
        var hash = KeyForm.SEAT.hash(pepper, key);
        return Optional.ofNullable(
                seats.computeIfPresent(hash, (same, seat) -> counts(seat, now) ? seat.at(now) : null));
    }

    /** Whose key this is, if it counts now; nobody did anything. */
    public Optional<Seat> find(byte[] key) {
        var now = clock.instant();
        return Optional.ofNullable(seats.get(KeyForm.SEAT.hash(pepper, key))).filter(seat -> counts(seat, now));
    }

    /** Whether this seat counts now; nobody did anything. */
    public boolean counts(String id) {
        var now = clock.instant();
        return seats.values().stream().anyMatch(seat -> seat.id().equals(id) && counts(seat, now));
    }

    /** The seats of an operator that count now, oldest first. */
    public List<Seat> of(String operator) {
        var now = clock.instant();
        return seats.values().stream()
                .filter(seat -> seat.operator().equals(operator) && counts(seat, now))
                .sorted(Comparator.comparing(Seat::since).thenComparing(Seat::id))
                .toList();
    }

    public boolean end(String id) {
        return end(seat -> seat.id().equals(id)) > 0;
    }

    /** Ends all of an operator's seats. */
    public int endAll(String operator) {
        return end(seat -> seat.operator().equals(operator));
    }

    private int end(Predicate<Seat> which) {
        var before = seats.size();
        seats.values().removeIf(which);
        return Math.max(before - seats.size(), 0);
    }

    private void sweep() {
        var now = clock.instant();
        seats.values().removeIf(seat -> !counts(seat, now));
    }

    private static boolean counts(Seat seat, Instant now) {
        return now.isBefore(seat.since().plus(LIFE)) && now.isBefore(seat.last().plus(IDLE));
    }
}
