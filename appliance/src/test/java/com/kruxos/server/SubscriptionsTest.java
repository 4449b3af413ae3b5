package com.kruxos.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.session.AgentConnection;
import com.kruxos.session.AgentCredential;
import com.kruxos.session.Caller;
import com.kruxos.session.ClientInfo;
import com.kruxos.session.Session;
import com.kruxos.session.Sessions;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Limits and cleanup; {@code ResourceSubscriptionTest} tests the rest. */
class SubscriptionsTest {
    private final Sessions sessions = new Sessions(100, 100, 32 << 20);
    private final Subscriptions subscriptions = new Subscriptions();

    /** Fails when a session without subscriptions is forgotten: its end would be hooked again and again. */
    @Test
    void aSessionThatResubscribesRepeatedlyIsHookedOnce() {
        var session = session("agent");
        var begun = 0;
        for (var n = 0; n < 3_000; n++) {
            assertThat(subscriptions.add("a://" + n, session, "a://" + n)).isTrue();
            begun += subscriptions.claimSessionEndHook(session) ? 1 : 0;
            subscriptions.remove("a://" + n, session);
        }
        assertThat(begun).isOne();
        assertThat(subscriptions.uris()).isEmpty();
        assertThat(subscriptions.add("a://b", session, "a://b")).isTrue();
        assertThat(subscriptions.removeSession(session)).containsExactly("a://b");
        assertThat(subscriptions.removeSession(session)).isEmpty();
        assertThat(subscriptions.claimSessionEndHook(session))
                .as("the hook has run")
                .isTrue();
    }

    /** Fails without one of the limits in Subscriptions.add, and when the limit counts sessions instead of agents. */
    @Test
    void subscriptionsAreLimitedPerAgentAndInTotal() {
        for (var agent = 0; agent < 10; agent++) {
            var two = List.of(session("agent-" + agent), session("agent-" + agent));
            for (var n = 0; n < 1_000; n++) {
                var uri = "a://" + agent + "/" + n;
                assertThat(subscriptions.add(uri, two.get(n % 2), uri)).isTrue();
            }
            assertThat(subscriptions.add("a://more", two.getFirst(), "a://more"))
                    .isFalse();
        }
        var late = session("late");
        assertThat(subscriptions.add("a://new", late, "a://new")).isFalse();
        assertThat(subscriptions.add("a://7/7", late, "a://7/7"))
                .as("the server has this subscription already")
                .isTrue();
    }

    private Session session(String agent) {
        var opening = new Caller(
                agent,
                agent,
                "space",
                new AgentCredential("key", "last", null, null),
                "here",
                ClientInfo.NONE,
                Sessions.newId());
        return sessions.open(opening, Instant.EPOCH, new FakeLine(), () -> true)
                .openedSession()
                .orElseThrow();
    }

    private static final class FakeLine implements AgentConnection {
        @Override
        public void send(byte[] message) {}

        @Override
        public void terminate(String reason) {}

        @Override
        public void goAway(String reason) {}

        @Override
        public void abort() {}

        @Override
        public boolean isClosed() {
            return true;
        }
    }
}
