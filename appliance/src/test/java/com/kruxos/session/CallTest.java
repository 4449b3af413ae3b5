package com.kruxos.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The states of a call, and when bytes may leave. */
class CallTest {
    private final Call call = new Call(new Caller(
            "agt_a",
            "a",
            "spc_s",
            new AgentCredential("key_k", "beef", null, null),
            "127.0.0.1",
            ClientInfo.NONE,
            null));

    @Test
    void aCallIsClaimedOnce() {
        assertThat(call.state()).isEqualTo(CallState.RECEIVED);
        assertThat(call.claim()).isTrue();
        assertThat(call.state()).isEqualTo(CallState.DISPATCHED);
        assertThat(call.claim()).isFalse();
    }

    @Test
    void aCallThatNoServerTookCanBeClaimedAgain() {
        assertThat(call.releaseClaim()).isFalse();
        call.claim();
        assertThat(call.releaseClaim()).isTrue();
        assertThat(call.claim()).isTrue();
    }

    /** Fails when Call.claim accepts a held call. */
    @Test
    void nothingLeavesWhileACallIsHeld() {
        assertThat(call.hold()).isTrue();
        assertThat(call.state()).isEqualTo(CallState.HELD);
        assertThat(call.claim()).isFalse();
        assertThat(call.hold()).isFalse();
        assertThat(call.release()).isTrue();
        assertThat(call.release()).isFalse();
        assertThat(call.claim()).isTrue();
    }

    @Test
    void aDispatchedCallCannotBeHeld() {
        call.claim();
        assertThat(call.hold()).isFalse();
        assertThat(call.state()).isEqualTo(CallState.DISPATCHED);
    }

    @Test
    void aCallWithdrawnWhileHeldIsNeverReleased() {
        call.hold();
        var withdrawals = new ArrayList<Call.Withdrawal>();
        call.onWithdrawn(withdrawals::add);
        call.withdraw(null);
        assertThat(withdrawals).containsExactly(new Call.Withdrawal(false, null));
        assertThat(call.release()).isFalse();
        assertThat(call.claim()).isFalse();
        assertThat(call.finish(CallState.ANSWERED)).isFalse();
        assertThat(call.state()).isEqualTo(CallState.WITHDRAWN);
    }

    @Test
    void aHeldCallCanBeAnsweredByTheGateway() {
        call.hold();
        assertThat(call.finish(CallState.ANSWERED)).isTrue();
        assertThat(call.release()).isFalse();
        assertThat(call.claim()).isFalse();
    }

    /** Fails when a finished call can still be claimed: bytes would leave after the outcome was recorded. */
    @ParameterizedTest
    @EnumSource(names = {"ANSWERED", "LOST", "TIMED_OUT"})
    void nothingLeavesAfterTheCallIsFinished(CallState result) {
        assertThat(call.finish(result)).isTrue();
        assertThat(call.state()).isEqualTo(result);
        assertThat(call.claim()).isFalse();
        assertThat(call.hold()).isFalse();
    }

    @Test
    void anAnswerThatIsNotDeliveredCanBeWithdrawn() {
        call.claim();
        call.finish(CallState.ANSWERED);
        call.withdraw(null);
        assertThat(call.isWithdrawn()).isTrue();
    }

    @Test
    void aWithdrawalTellsWhetherTheCallWasDispatched() {
        var withdrawals = new ArrayList<Boolean>();
        call.claim();
        call.onWithdrawn(withdrawal -> withdrawals.add(withdrawal.wasDispatched()));
        call.withdraw(null);
        call.withdraw(null);
        assertThat(withdrawals).containsExactly(true);
        assertThat(call.releaseClaim()).isFalse();
    }

    @Test
    void aWithdrawalBeforeTheActionIsSetStillRunsIt() {
        call.withdraw(null);
        var withdrawals = new ArrayList<Call.Withdrawal>();
        call.onWithdrawn(withdrawals::add);
        assertThat(withdrawals).hasSize(1);
    }

    @Test
    void theIdIsTheSameForAllThreads() throws Exception {
        var start = new CountDownLatch(1);
        try (var threads = Executors.newFixedThreadPool(8)) {
            var ids = new ArrayList<Future<String>>();
            for (var n = 0; n < 8; n++) {
                ids.add(threads.submit(() -> {
                    start.await();
                    return call.id();
                }));
            }
            start.countDown();
            for (var id : ids) {
                assertThat(id.get()).isEqualTo(call.id()).startsWith("call_");
            }
        }
        assertThat(List.of(call.id())).doesNotContain(new Call(call.caller()).id());
    }
}
