package com.kruxos.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Which rule decides. */
class PolicyTest {
    private static final Rule NO_DELETE = rule("no delete", Tier.BLOCKED, "*", "files", "delete_*");
    private static final Rule ADMIN = rule("admin may", Tier.AUTONOMOUS, "admin", "*", "*");

    @Test
    void theFirstRuleThatCoversDecides() {
        var policy = new Policy(List.of(ADMIN, NO_DELETE), Tier.AUTONOMOUS);
        assertThat(policy.decide(call("admin", "files", "delete_all"))).isEqualTo(new Decision.Autonomous("admin may"));
        assertThat(policy.decide(call("bot", "files", "delete_all"))).isEqualTo(new Decision.Blocked("no delete"));
        assertThat(policy.decide(call("bot", "files", "read"))).isEqualTo(new Decision.Autonomous("default"));
        assertThat(policy.decide(call("bot", "other", "delete_all"))).isEqualTo(new Decision.Autonomous("default"));
    }

    @Test
    void theDefaultMayBeNo() {
        assertThat(new Policy(List.of(), Tier.BLOCKED).decide(call("bot", "files", "read")))
                .isEqualTo(new Decision.Blocked("default"));
    }

    @Test
    void aMethodNoRuleKnowsIsBlocked() {
        var policy = new Policy(List.of(rule("all", Tier.AUTONOMOUS, "*", "*", "*")), Tier.AUTONOMOUS);
        assertThat(policy.decide(Question.of("bot", "tasks/get"))).isInstanceOf(Decision.Blocked.class);
        assertThat(policy.decide(Question.of("bot", "tools/callx"))).isInstanceOf(Decision.Blocked.class);
        assertThat(policy.decide(Question.of("bot", "ping"))).isInstanceOf(Decision.Autonomous.class);
    }

    @Test
    void everyTierHasItsAnswer() {
        for (var tier : Tier.values()) {
            assertThat(new Policy(List.of(), tier).decide(call("a", "b", "c")).tier())
                    .isEqualTo(tier);
        }
    }

    @Test
    void patterns() {
        assertThat(new Pattern("*").matches("")).isTrue();
        assertThat(new Pattern("a*c").matches("abc")).isTrue();
        assertThat(new Pattern("a*c").matches("ac")).isTrue();
        assertThat(new Pattern("a*c").matches("abcd")).isFalse();
        assertThat(new Pattern("a.c").matches("abc")).isFalse();
        assertThat(new Pattern("").matches("a")).isFalse();
        assertThat(new Pattern("*a*b*").matches("xxaxxbxx")).isTrue();
        assertThat(new Pattern("*a".repeat(30)).matches("a".repeat(5_000) + "b"))
                .isFalse();
    }

    private static Rule rule(String name, Tier tier, String agent, String server, String tool) {
        return new Rule(name, tier, new Pattern(agent), new Pattern(server), new Pattern(tool));
    }

    private static Question call(String agent, String server, String tool) {
        return new Question(agent, "tools/call", server, tool);
    }
}
