package com.kruxos.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.rpc.Id;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Who is cut off, and that nothing leaves the box afterwards. */
class SessionsTest {
    private static final Back BACK = Back.along(new FakeLine());

    private final Sessions sessions = new Sessions(100, 10);

    @Test
    void endingAnAgentWithdrawsWhatItHasUnderWayAndClosesItsLines() {
        var line = new FakeLine();
        var session = sessions.open(opening("a", "k"), line, () -> true).orElseThrow();
        var waiting = session.begin(Id.of(1), BACK).orElseThrow();
        var gone = session.begin(Id.of(2), BACK).orElseThrow();
        assertThat(gone.claim()).isTrue();
        var told = new ArrayList<Boolean>();
        gone.whenWithdrawn(withdrawal -> told.add(withdrawal.hadLeft()));

        assertThat(sessions.endAgent("a", "revoked")).isEqualTo(1);

        assertThat(waiting.claim())
                .as("K5: nothing may leave after the revocation returned")
                .isFalse();
        assertThat(told).containsExactly(true);
        assertThat(line.closed).isTrue();
        assertThat(session.begin(Id.of(3), BACK)).isEmpty();
        assertThat(sessions.count()).isZero();
    }

    @Test
    void aKeyRevokedBetweenItsCheckAndTheOpeningOpensNothing() {
        assertThat(sessions.open(opening("a", "k"), new FakeLine(), () -> false))
                .isEmpty();
        assertThat(sessions.count()).isZero();
    }

    @Test
    void endingAKeyLeavesTheAgentsOtherKeyAlone() {
        var old = sessions.open(opening("a", "old"), new FakeLine(), () -> true).orElseThrow();
        var young =
                sessions.open(opening("a", "new"), new FakeLine(), () -> true).orElseThrow();
        sessions.endKey("old", "rotated");
        assertThat(old.ended()).isTrue();
        assertThat(young.ended()).isFalse();
    }

    @Test
    void aKeyThatRunsOutTakesItsSessionsAlong() {
        var session =
                sessions.open(opening("a", "k"), new FakeLine(), () -> true).orElseThrow();
        sessions.keyEnds("k", Instant.ofEpochSecond(100));
        assertThat(sessions.endExpired(Instant.ofEpochSecond(99))).isZero();
        assertThat(sessions.endExpired(Instant.ofEpochSecond(100))).isEqualTo(1);
        assertThat(session.ended()).isTrue();
    }

    @Test
    void boundsHold() {
        for (var i = 0; i < 10; i++) {
            assertThat(sessions.open(opening("a", "k"), new FakeLine(), () -> true))
                    .isPresent();
        }
        assertThat(sessions.open(opening("a", "k"), new FakeLine(), () -> true)).isEmpty();
        var other =
                sessions.open(opening("b", "k2"), new FakeLine(), () -> true).orElseThrow();
        for (var i = 0; i < Session.MOST_IN_FLIGHT; i++) {
            assertThat(other.begin(Id.of(i), BACK)).isPresent();
        }
        assertThat(other.begin(Id.of(-1), BACK)).isEmpty();
    }

    @Test
    void anIdIsUnderWayOnceAtATime() {
        var session =
                sessions.open(opening("a", "k"), new FakeLine(), () -> true).orElseThrow();
        var flight = session.begin(Id.of(1), BACK).orElseThrow();
        assertThat(session.begin(Id.of(1), BACK)).isEmpty();
        assertThat(session.begin(new Id("1", true, "\"1\""), BACK)).isPresent();
        flight.close();
        assertThat(session.begin(Id.of(1), BACK)).isPresent();
    }

    @Test
    void aWithdrawalBeforeAnyoneListensIsNotLost() {
        var session =
                sessions.open(opening("a", "k"), new FakeLine(), () -> true).orElseThrow();
        var flight = session.begin(Id.of(1), BACK).orElseThrow();
        flight.withdraw(null);
        var ran = new AtomicBoolean();
        flight.whenWithdrawn(withdrawal -> ran.set(!withdrawal.hadLeft()));
        assertThat(ran).isTrue();
    }

    private static Opening opening(String agent, String key) {
        return new Opening(agent, agent, "space", key, "beef", null, null, "127.0.0.1", Instant.EPOCH);
    }

    private static final class FakeLine implements Line {
        private final List<byte[]> sent = new ArrayList<>();
        private boolean closed;

        @Override
        public void send(byte[] message) {
            sent.add(message);
        }

        @Override
        public void hangUp(String reason) {
            closed = true;
        }

        @Override
        public void leave(String reason) {
            closed = true;
        }

        @Override
        public void cut() {
            closed = true;
        }

        @Override
        public boolean gone() {
            return closed;
        }
    }
}
