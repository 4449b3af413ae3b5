package com.kruxos.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.session.Line;
import com.kruxos.session.Opening;
import com.kruxos.session.Session;
import com.kruxos.session.Sessions;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How much is kept of those who follow, and that it goes with them; {@code FollowingTest} has the rest. */
class SubscriptionsTest {
    private final Sessions sessions = new Sessions(100, 100, 32 << 20);
    private final Subscriptions subscriptions = new Subscriptions();

    /**
     * Red when begins forgets a session that follows nothing just now: its end would be listened for again and again.
     */
    @Test
    void whoFollowsAndLeavesOverAndOverIsRememberedOnce() {
        var session = session("agent");
        var begun = 0;
        for (var n = 0; n < 3_000; n++) {
            assertThat(subscriptions.add("a://" + n, session, "a://" + n)).isTrue();
            begun += subscriptions.begins(session) ? 1 : 0;
            subscriptions.remove("a://" + n, session);
        }
        assertThat(begun).isOne();
        assertThat(subscriptions.all()).isEmpty();
        assertThat(subscriptions.add("a://b", session, "a://b")).isTrue();
        assertThat(subscriptions.ended(session)).containsExactly("a://b");
        assertThat(subscriptions.ended(session)).isEmpty();
        assertThat(subscriptions.begins(session)).as("its end is over").isTrue();
    }

    /** Red without full or shareUsed in Subscriptions.add, and when the share is counted by session. */
    @Test
    void anAgentHasItsShareAndAllTogetherTheirs() {
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
                .as("the server knows this one already")
                .isTrue();
    }

    private Session session(String agent) {
        var opening = new Opening(agent, agent, "space", "key", "last", null, null, "here", Instant.EPOCH);
        return sessions.open(Sessions.freshId(), opening, new FakeLine(), () -> true)
                .session()
                .orElseThrow();
    }

    private static final class FakeLine implements Line {
        @Override
        public void send(byte[] message) {}

        @Override
        public void hangUp(String reason) {}

        @Override
        public void leave(String reason) {}

        @Override
        public void cut() {}

        @Override
        public boolean gone() {
            return true;
        }
    }
}
