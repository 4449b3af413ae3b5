package com.kruxos.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.rpc.Id;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Who is cut off, and that nothing leaves the box afterwards. */
class SessionsTest {
    private static final Back BACK = Back.along(new FakeLine());

    private final Sessions sessions = new Sessions(100, 10, 32 << 20);

    @Test
    void endingAnAgentWithdrawsWhatItHasUnderWayAndClosesItsLines() {
        var line = new FakeLine();
        var session = sessions.open(Sessions.freshId(), opening("a", "k"), line, () -> true)
                .session()
                .orElseThrow();
        var waiting = session.begin(Id.of(1), 100, BACK).orElseThrow();
        var gone = session.begin(Id.of(2), 100, BACK).orElseThrow();
        assertThat(gone.claim()).isTrue();
        var told = new ArrayList<Boolean>();
        gone.whenWithdrawn(withdrawal -> told.add(withdrawal.hadLeft()));

        assertThat(sessions.endAgent("a", "revoked")).isEqualTo(1);

        assertThat(waiting.claim())
                .as("K5: nothing may leave after the revocation returned")
                .isFalse();
        assertThat(told).containsExactly(true);
        assertThat(line.closed).isTrue();
        assertThat(session.begin(Id.of(3), 100, BACK)).isEmpty();
        assertThat(sessions.count()).isZero();
    }

    @Test
    void aKeyRevokedBetweenItsCheckAndTheOpeningOpensNothing() {
        assertThat(sessions.open(Sessions.freshId(), opening("a", "k"), new FakeLine(), () -> false))
                .isEqualTo(new Admission.KeyEnded());
        assertThat(sessions.count()).isZero();
    }

    @Test
    void endingAKeyLeavesTheAgentsOtherKeyAlone() {
        var old = sessions.open(Sessions.freshId(), opening("a", "old"), new FakeLine(), () -> true)
                .session()
                .orElseThrow();
        var young = sessions.open(Sessions.freshId(), opening("a", "new"), new FakeLine(), () -> true)
                .session()
                .orElseThrow();
        sessions.endKey("old", "rotated");
        assertThat(old.ended()).isTrue();
        assertThat(young.ended()).isFalse();
    }

    @Test
    void aKeyThatRunsOutTakesItsSessionsAlong() {
        var session = sessions.open(Sessions.freshId(), opening("a", "k"), new FakeLine(), () -> true)
                .session()
                .orElseThrow();
        sessions.keyEnds("k", Instant.ofEpochSecond(100));
        assertThat(sessions.endExpired(Instant.ofEpochSecond(99))).isZero();
        assertThat(sessions.endExpired(Instant.ofEpochSecond(100))).isEqualTo(1);
        assertThat(session.ended()).isTrue();
    }

    @Test
    void boundsHold() {
        for (var i = 0; i < 10; i++) {
            assertThat(sessions.open(Sessions.freshId(), opening("a", "k"), new FakeLine(), () -> true)
                            .session())
                    .isPresent();
        }
        assertThat(sessions.open(Sessions.freshId(), opening("a", "k"), new FakeLine(), () -> true))
                .isEqualTo(new Admission.AgentFull(10));
        var other = sessions.open(Sessions.freshId(), opening("b", "k2"), new FakeLine(), () -> true)
                .session()
                .orElseThrow();
        for (var i = 0; i < Session.MOST_IN_FLIGHT; i++) {
            assertThat(other.begin(Id.of(i), 100, BACK)).isPresent();
        }
        assertThat(other.begin(Id.of(-1), 100, BACK)).isEmpty();
    }

    /**
     * Red when Share.take looks at nothing, when each session has a share of its own, and when nothing is given back.
     */
    @Test
    void theRequestsOfAllSessionsOfAnAgentShareWhatItMayHave() {
        var one = opened("a");
        var two = opened("a");
        var quarter = (8 << 20) - (4 << 10);
        var flights = IntStream.range(0, 4)
                .mapToObj(
                        n -> (n < 2 ? one : two).begin(Id.of(n), quarter, BACK).orElseThrow())
                .toList();
        assertThat(one.begin(Id.of(9), 1, BACK)).isEmpty();
        assertThat(two.begin(Id.of(9), 1, BACK)).isEmpty();
        assertThat(opened("b").begin(Id.of(9), quarter, BACK)).isPresent();
        flights.getFirst().land();
        assertThat(two.begin(Id.of(9), quarter, BACK))
                .as("its answer is being written")
                .isEmpty();
        flights.getFirst().close();
        flights.getFirst().close();
        assertThat(two.begin(Id.of(9), quarter, BACK)).isPresent();
        assertThat(two.begin(Id.of(10), 1, BACK)).isEmpty();
        assertThat(sessions.quota("a").take(1)).isFalse();
        assertThat(sessions.quota("b").take(8 << 20)).isTrue();
        sessions.endAll("over");
        assertThat(sessions.awaitAnswers(Duration.ZERO))
                .as("of four flights and b's")
                .isEqualTo(5);
    }

    private Session opened(String agent) {
        return sessions.open(Sessions.freshId(), opening(agent, "k"), new FakeLine(), () -> true)
                .session()
                .orElseThrow();
    }

    @Test
    void theBoundOfAllHoldsAndWhoEndsMakesRoom() {
        var house = new Sessions(3, 2, 32 << 20);
        for (var agent : List.of("a", "b", "c")) {
            assertThat(house.open(Sessions.freshId(), opening(agent, "k"), new FakeLine(), () -> true)
                            .session())
                    .isPresent();
        }
        assertThat(house.open(Sessions.freshId(), opening("d", "k"), new FakeLine(), () -> true))
                .isEqualTo(new Admission.Full(3));
        house.closed(house.all().getFirst());
        assertThat(house.open(Sessions.freshId(), opening("d", "k"), new FakeLine(), () -> true)
                        .session())
                .isPresent();
        house.stop();
        assertThat(house.open(Sessions.freshId(), opening("e", "k"), new FakeLine(), () -> true))
                .isEqualTo(new Admission.Stopping());
    }

    /** Red without the lock around the look and the taking in Sessions.open; many others make the look take long. */
    @Test
    void theLastPlaceIsTakenByOne() throws Exception {
        var house = new Sessions(5_000, 1, 32 << 20);
        for (var n = 0; n < 3_000; n++) {
            assertThat(house.open(Sessions.freshId(), opening("other-" + n, "k"), new FakeLine(), () -> true)
                            .session())
                    .isPresent();
        }
        var inside = new AtomicInteger();
        var most = new AtomicInteger();
        try (var threads = Executors.newFixedThreadPool(8)) {
            for (var n = 0; n < 8; n++) {
                threads.execute(() -> {
                    for (var round = 0; round < 3_000; round++) {
                        house.open(Sessions.freshId(), opening("a", "k"), new FakeLine(), () -> true)
                                .session()
                                .ifPresent(session -> {
                                    most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                                    inside.decrementAndGet();
                                    house.closed(session);
                                });
                    }
                });
            }
        }
        assertThat(most).hasValue(1);
        assertThat(house.count()).isEqualTo(3_000);
    }

    @Test
    void anIdIsUnderWayOnceAtATime() {
        var session = sessions.open(Sessions.freshId(), opening("a", "k"), new FakeLine(), () -> true)
                .session()
                .orElseThrow();
        var flight = session.begin(Id.of(1), 100, BACK).orElseThrow();
        assertThat(session.begin(Id.of(1), 100, BACK)).isEmpty();
        assertThat(session.begin(new Id("1", true, "\"1\""), 100, BACK)).isPresent();
        flight.close();
        assertThat(session.begin(Id.of(1), 100, BACK)).isPresent();
    }

    @Test
    void aWithdrawalBeforeAnyoneListensIsNotLost() {
        var session = sessions.open(Sessions.freshId(), opening("a", "k"), new FakeLine(), () -> true)
                .session()
                .orElseThrow();
        var flight = session.begin(Id.of(1), 100, BACK).orElseThrow();
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
