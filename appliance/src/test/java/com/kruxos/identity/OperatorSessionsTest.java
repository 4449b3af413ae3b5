package com.kruxos.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/** An operator's session ends after 12 hours, or after 30 minutes without activity. */
class OperatorSessionsTest {
    private final ManualClock clock = new ManualClock();
    private final OperatorSessions sessions = new OperatorSessions(new byte[32], clock);

    @Test
    void eachSessionHasItsOwnKey() {
        var one = sessions.open("opr_a", "127.0.0.1", "Firefox");
        var two = sessions.open("opr_a", "127.0.0.1", "Firefox");
        assertThat(new String(one.key().ascii(), StandardCharsets.US_ASCII)).matches("krx_seat_[A-Za-z0-9_-]{43}");
        assertThat(one.key().ascii()).isNotEqualTo(two.key().ascii());
        assertThat(sessions.authenticate(one.key().ascii()))
                .map(OperatorSession::id)
                .hasValue(one.session().id());
        assertThat(sessions.authenticate(new byte[52])).isEmpty();
        sessions.end(one.session().id());
        assertThat(sessions.authenticate(one.key().ascii())).isEmpty();
        assertThat(sessions.isActive(two.session().id())).isTrue();
    }

    /**
     * Fails without `activeAt(now)` in OperatorSessions.authenticate (an active session ends), and when `find` counts
     * as activity.
     */
    @Test
    void aSessionEndsWhenIdleAndReadingDoesNotExtendIt() {
        var taken = sessions.open("opr_a", "127.0.0.1", "Firefox");
        for (var i = 0; i < 4; i++) {
            clock.advance(OperatorSessions.IDLE_TIMEOUT.minusSeconds(1));
            assertThat(sessions.authenticate(taken.key().ascii())).isPresent();
        }
        clock.advance(OperatorSessions.IDLE_TIMEOUT.minusSeconds(1));
        assertThat(sessions.find(taken.key().ascii())).isPresent();
        assertThat(sessions.isActive(taken.session().id())).isTrue();
        clock.advance(Duration.ofSeconds(1));
        assertThat(sessions.find(taken.key().ascii())).isEmpty();
        assertThat(sessions.authenticate(taken.key().ascii())).isEmpty();
        assertThat(sessions.isActive(taken.session().id())).isFalse();
    }

    @Test
    void aSessionEndsAfterTwelveHoursEvenIfActive() {
        var taken = sessions.open("opr_a", "127.0.0.1", "Firefox");
        for (var i = 0; i < 47; i++) {
            clock.advance(Duration.ofMinutes(15));
            assertThat(sessions.authenticate(taken.key().ascii())).isPresent();
        }
        clock.advance(Duration.ofMinutes(15));
        assertThat(sessions.authenticate(taken.key().ascii())).isEmpty();
    }

    @Test
    void theLongestIdleSessionEndsWhenThereAreTooMany() {
        var taken = new ArrayList<OperatorSessions.NewOperatorSession>();
        for (var i = 0; i < OperatorSessions.MAX_PER_OPERATOR + 2; i++) {
            clock.advance(Duration.ofSeconds(1));
            taken.add(sessions.open("opr_a", "127.0.0.1", "Firefox"));
            assertThat(sessions.authenticate(taken.getFirst().key().ascii()))
                    .isPresent(); // the first is used all the time
        }
        assertThat(sessions.listFor("opr_a")).hasSize(OperatorSessions.MAX_PER_OPERATOR);
        assertThat(sessions.isActive(taken.get(1).session().id())).isFalse();
        assertThat(sessions.isActive(taken.getLast().session().id())).isTrue();
    }

    @Test
    void sessionsBelongToOneOperator() {
        sessions.open("opr_a", "127.0.0.1", "Firefox");
        var here = sessions.open("opr_a", "127.0.0.1", "x".repeat(1_000));
        var other = sessions.open("opr_b", "127.0.0.1", "Firefox");
        assertThat(here.session().browser()).hasSize(200);
        assertThat(sessions.endAll("opr_a")).isEqualTo(2);
        assertThat(sessions.listFor("opr_a")).isEmpty();
        assertThat(sessions.isActive(other.session().id())).isTrue();
    }
}
