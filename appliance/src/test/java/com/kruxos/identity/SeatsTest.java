package com.kruxos.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/** Rows of wire.md: an operator's session lasts 12 hours, 30 minutes without doing anything, and ends in many ways. */
class SeatsTest {
    private final FakeClock clock = new FakeClock();
    private final Seats seats = new Seats(new byte[32], clock);

    @Test
    void aKeyIsNewEachTimeAndOpensOneSeat() {
        var one = seats.take("opr_a", "127.0.0.1", "Firefox");
        var two = seats.take("opr_a", "127.0.0.1", "Firefox");
        assertThat(new String(one.key().ascii(), StandardCharsets.US_ASCII)).matches("krx_seat_[A-Za-z0-9_-]{43}");
        assertThat(one.key().ascii()).isNotEqualTo(two.key().ascii());
        assertThat(seats.use(one.key().ascii()))
                .map(Seat::id)
                .hasValue(one.seat().id());
        assertThat(seats.use(new byte[52])).isEmpty();
        seats.end(one.seat().id());
        assertThat(seats.use(one.key().ascii())).isEmpty();
        assertThat(seats.counts(two.seat().id())).isTrue();
    }

    /** Red without `seat.at(now)` in Seats.use (it ends while it is used), and when `find` notes a use. */
    @Test
    void itEndsWhenItIsNotUsedAndWatchingIsNotUsing() {
        var taken = seats.take("opr_a", "127.0.0.1", "Firefox");
        for (var i = 0; i < 4; i++) {
            clock.pass(Seats.IDLE.minusSeconds(1));
            assertThat(seats.use(taken.key().ascii())).isPresent();
        }
        clock.pass(Seats.IDLE.minusSeconds(1));
        assertThat(seats.find(taken.key().ascii())).isPresent();
        assertThat(seats.counts(taken.seat().id())).isTrue();
        clock.pass(Duration.ofSeconds(1));
        assertThat(seats.find(taken.key().ascii())).isEmpty();
        assertThat(seats.use(taken.key().ascii())).isEmpty();
        assertThat(seats.counts(taken.seat().id())).isFalse();
    }

    @Test
    void itEndsAfterTwelveHoursHoweverMuchItIsUsed() {
        var taken = seats.take("opr_a", "127.0.0.1", "Firefox");
        for (var i = 0; i < 47; i++) {
            clock.pass(Duration.ofMinutes(15));
            assertThat(seats.use(taken.key().ascii())).isPresent();
        }
        clock.pass(Duration.ofMinutes(15));
        assertThat(seats.use(taken.key().ascii())).isEmpty();
    }

    @Test
    void theOneIdleLongestGivesWayWhenThereAreTooMany() {
        var taken = new ArrayList<Seats.Taken>();
        for (var i = 0; i < Seats.MOST_EACH + 2; i++) {
            clock.pass(Duration.ofSeconds(1));
            taken.add(seats.take("opr_a", "127.0.0.1", "Firefox"));
            assertThat(seats.use(taken.getFirst().key().ascii())).isPresent(); // the first is used all the time
        }
        assertThat(seats.of("opr_a")).hasSize(Seats.MOST_EACH);
        assertThat(seats.counts(taken.get(1).seat().id())).isFalse();
        assertThat(seats.counts(taken.getLast().seat().id())).isTrue();
    }

    @Test
    void oneOperatorsSeatsAreNotAnothers() {
        seats.take("opr_a", "127.0.0.1", "Firefox");
        var here = seats.take("opr_a", "127.0.0.1", "x".repeat(1_000));
        var other = seats.take("opr_b", "127.0.0.1", "Firefox");
        assertThat(here.seat().browser()).hasSize(200);
        assertThat(seats.endAll("opr_a")).isEqualTo(2);
        assertThat(seats.of("opr_a")).isEmpty();
        assertThat(seats.counts(other.seat().id())).isTrue();
    }
}
