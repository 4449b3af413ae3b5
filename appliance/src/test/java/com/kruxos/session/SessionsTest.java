package com.kruxos.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.rpc.JsonRpcId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which sessions end, and that nothing of them is sent afterwards. */
class SessionsTest {
    private static final Responder RESPONDER = Responder.over(new FakeAgentConnection());

    private final Sessions sessions = new Sessions(100, 10, 32 << 20);

    @Test
    void endingAnAgentWithdrawsItsRequestsAndClosesItsConnections() {
        var line = new FakeAgentConnection();
        var session = sessions.open(caller("a", "k"), Instant.EPOCH, line, () -> true)
                .openedSession()
                .orElseThrow();
        var waiting = session.beginRequest(JsonRpcId.of(1), 100, RESPONDER).orElseThrow();
        var gone = session.beginRequest(JsonRpcId.of(2), 100, RESPONDER).orElseThrow();
        assertThat(gone.call().claim()).isTrue();
        var dispatched = new ArrayList<Boolean>();
        gone.call().onWithdrawn(withdrawal -> dispatched.add(withdrawal.wasDispatched()));

        assertThat(sessions.endAgent("a", "revoked")).isEqualTo(1);

        assertThat(waiting.call().claim())
                .as("nothing is sent after the revocation returned")
                .isFalse();
        assertThat(dispatched).containsExactly(true);
        assertThat(line.closed).isTrue();
        assertThat(session.beginRequest(JsonRpcId.of(3), 100, RESPONDER)).isEmpty();
        assertThat(sessions.count()).isZero();
    }

    @Test
    void aKeyRevokedBetweenAuthenticationAndOpeningOpensNoSession() {
        assertThat(sessions.open(caller("a", "k"), Instant.EPOCH, new FakeAgentConnection(), () -> false))
                .isEqualTo(new SessionOpenResult.CredentialNoLongerValid());
        assertThat(sessions.count()).isZero();
    }

    @Test
    void endingAKeyKeepsTheSessionsOfTheAgentsOtherKey() {
        var old = sessions.open(caller("a", "old"), Instant.EPOCH, new FakeAgentConnection(), () -> true)
                .openedSession()
                .orElseThrow();
        var kept = sessions.open(caller("a", "new"), Instant.EPOCH, new FakeAgentConnection(), () -> true)
                .openedSession()
                .orElseThrow();
        sessions.endKey("old", "rotated");
        assertThat(old.isEnded()).isTrue();
        assertThat(kept.isEnded()).isFalse();
    }

    @Test
    void sessionsEndWhenTheirKeyExpires() {
        var session = sessions.open(caller("a", "k"), Instant.EPOCH, new FakeAgentConnection(), () -> true)
                .openedSession()
                .orElseThrow();
        sessions.setKeyExpiry("k", Instant.ofEpochSecond(100));
        assertThat(sessions.endExpired(Instant.ofEpochSecond(99))).isZero();
        assertThat(sessions.endExpired(Instant.ofEpochSecond(100))).isEqualTo(1);
        assertThat(session.isEnded()).isTrue();
    }

    @Test
    void sessionsPerAgentAndRequestsPerSessionAreLimited() {
        for (var i = 0; i < 10; i++) {
            assertThat(sessions.open(caller("a", "k"), Instant.EPOCH, new FakeAgentConnection(), () -> true)
                            .openedSession())
                    .isPresent();
        }
        assertThat(sessions.open(caller("a", "k"), Instant.EPOCH, new FakeAgentConnection(), () -> true))
                .isEqualTo(new SessionOpenResult.AgentSessionLimitReached(10));
        var other = sessions.open(caller("b", "k2"), Instant.EPOCH, new FakeAgentConnection(), () -> true)
                .openedSession()
                .orElseThrow();
        for (var i = 0; i < Session.MAX_IN_FLIGHT; i++) {
            assertThat(other.beginRequest(JsonRpcId.of(i), 100, RESPONDER)).isPresent();
        }
        assertThat(other.beginRequest(JsonRpcId.of(-1), 100, RESPONDER)).isEmpty();
    }

    /**
     * Fails when AgentByteQuota.tryAcquire does not check, when each session has a quota of its own, and when nothing
     * is released.
     */
    @Test
    void allSessionsOfAnAgentShareOneByteQuota() {
        var one = openSession("a");
        var two = openSession("a");
        var quarter = (8 << 20) - (4 << 10);
        var requests = IntStream.range(0, 4)
                .mapToObj(n -> (n < 2 ? one : two)
                        .beginRequest(JsonRpcId.of(n), quarter, RESPONDER)
                        .orElseThrow())
                .toList();
        assertThat(one.beginRequest(JsonRpcId.of(9), 1, RESPONDER)).isEmpty();
        assertThat(two.beginRequest(JsonRpcId.of(9), 1, RESPONDER)).isEmpty();
        assertThat(openSession("b").beginRequest(JsonRpcId.of(9), quarter, RESPONDER))
                .isPresent();
        requests.getFirst().complete();
        assertThat(two.beginRequest(JsonRpcId.of(9), quarter, RESPONDER))
                .as("its response is being sent")
                .isEmpty();
        requests.getFirst().close();
        requests.getFirst().close();
        assertThat(two.beginRequest(JsonRpcId.of(9), quarter, RESPONDER)).isPresent();
        assertThat(two.beginRequest(JsonRpcId.of(10), 1, RESPONDER)).isEmpty();
        assertThat(sessions.quotaOf("a").tryAcquire(1)).isFalse();
        assertThat(sessions.quotaOf("b").tryAcquire(8 << 20)).isTrue();
        sessions.endAll("over");
        assertThat(sessions.awaitResponses(Duration.ZERO))
                .as("four requests of a and one of b")
                .isEqualTo(5);
    }

    private Session openSession(String agent) {
        return sessions.open(caller(agent, "k"), Instant.EPOCH, new FakeAgentConnection(), () -> true)
                .openedSession()
                .orElseThrow();
    }

    @Test
    void theTotalLimitHoldsAndAnEndedSessionFreesAPlace() {
        var limited = new Sessions(3, 2, 32 << 20);
        for (var agent : List.of("a", "b", "c")) {
            assertThat(limited.open(caller(agent, "k"), Instant.EPOCH, new FakeAgentConnection(), () -> true)
                            .openedSession())
                    .isPresent();
        }
        assertThat(limited.open(caller("d", "k"), Instant.EPOCH, new FakeAgentConnection(), () -> true))
                .isEqualTo(new SessionOpenResult.SessionLimitReached(3));
        limited.onConnectionClosed(limited.all().getFirst());
        assertThat(limited.open(caller("d", "k"), Instant.EPOCH, new FakeAgentConnection(), () -> true)
                        .openedSession())
                .isPresent();
        limited.stopAccepting();
        assertThat(limited.open(caller("e", "k"), Instant.EPOCH, new FakeAgentConnection(), () -> true))
                .isEqualTo(new SessionOpenResult.ApplianceStopping());
    }

    /** Fails without the lock around check and add in Sessions.add; many other sessions make the check slow. */
    @Test
    void theLastPlaceIsGivenToOnlyOneConnection() throws Exception {
        var limited = new Sessions(5_000, 1, 32 << 20);
        for (var n = 0; n < 3_000; n++) {
            assertThat(limited.open(caller("other-" + n, "k"), Instant.EPOCH, new FakeAgentConnection(), () -> true)
                            .openedSession())
                    .isPresent();
        }
        var inside = new AtomicInteger();
        var most = new AtomicInteger();
        try (var threads = Executors.newFixedThreadPool(8)) {
            for (var n = 0; n < 8; n++) {
                threads.execute(() -> {
                    for (var round = 0; round < 3_000; round++) {
                        limited.open(caller("a", "k"), Instant.EPOCH, new FakeAgentConnection(), () -> true)
                                .openedSession()
                                .ifPresent(session -> {
                                    most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                                    inside.decrementAndGet();
                                    limited.onConnectionClosed(session);
                                });
                    }
                });
            }
        }
        assertThat(most).hasValue(1);
        assertThat(limited.count()).isEqualTo(3_000);
    }

    @Test
    void anIdCanBeInFlightOnlyOnce() {
        var session = sessions.open(caller("a", "k"), Instant.EPOCH, new FakeAgentConnection(), () -> true)
                .openedSession()
                .orElseThrow();
        var request = session.beginRequest(JsonRpcId.of(1), 100, RESPONDER).orElseThrow();
        assertThat(session.beginRequest(JsonRpcId.of(1), 100, RESPONDER)).isEmpty();
        assertThat(session.beginRequest(new JsonRpcId("1", true, "\"1\""), 100, RESPONDER))
                .isPresent();
        request.close();
        assertThat(session.beginRequest(JsonRpcId.of(1), 100, RESPONDER)).isPresent();
    }

    @Test
    void aWithdrawalBeforeTheActionIsSetStillRunsIt() {
        var session = sessions.open(caller("a", "k"), Instant.EPOCH, new FakeAgentConnection(), () -> true)
                .openedSession()
                .orElseThrow();
        var request = session.beginRequest(JsonRpcId.of(1), 100, RESPONDER).orElseThrow();
        request.withdraw(null);
        var ran = new AtomicBoolean();
        request.call().onWithdrawn(withdrawal -> ran.set(!withdrawal.wasDispatched()));
        assertThat(ran).isTrue();
    }

    private static Caller caller(String agent, String key) {
        return new Caller(
                agent,
                agent,
                "space",
                new AgentCredential(key, "beef", null, null),
                "127.0.0.1",
                ClientInfo.NONE,
                Sessions.newId());
    }

    private static final class FakeAgentConnection implements AgentConnection {
        private final List<byte[]> sent = new ArrayList<>();
        private boolean closed;

        @Override
        public void send(byte[] message) {
            sent.add(message);
        }

        @Override
        public void terminate(String reason) {
            closed = true;
        }

        @Override
        public void goAway(String reason) {
            closed = true;
        }

        @Override
        public void abort() {
            closed = true;
        }

        @Override
        public boolean isClosed() {
            return closed;
        }
    }
}
