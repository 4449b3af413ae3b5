package com.kruxos.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class AccessPolicyTest {
    private static final Rule NO_DELETE = rule("no delete", Tier.BLOCKED, "*", "files", "delete_*");
    private static final Rule ADMIN_MAY_DO_ANYTHING = rule("admin may", Tier.AUTONOMOUS, "admin", "*", "*");

    @Test
    void theFirstMatchingRuleDecides() {
        var policy = new AccessPolicy(List.of(ADMIN_MAY_DO_ANYTHING, NO_DELETE), Tier.AUTONOMOUS);
        assertThat(policy.decide(call("admin", "files", "delete_all"))).isEqualTo(new Decision.Autonomous("admin may"));
        assertThat(policy.decide(call("bot", "files", "delete_all"))).isEqualTo(new Decision.Blocked("no delete"));
        assertThat(policy.decide(call("bot", "files", "read"))).isEqualTo(new Decision.Autonomous("default"));
        assertThat(policy.decide(call("bot", "other", "delete_all"))).isEqualTo(new Decision.Autonomous("default"));
    }

    @Test
    void aFeatureIsListedUnlessItsUseIsBlocked() {
        var policy =
                new AccessPolicy(List.of(NO_DELETE, rule("ask", Tier.APPROVE, "*", "files", "write")), Tier.AUTONOMOUS);
        assertThat(policy.mayList(call("bot", "files", "delete_all"))).isFalse();
        assertThat(policy.mayList(call("bot", "files", "write"))).isTrue();
        assertThat(policy.mayList(call("bot", "files", "read"))).isTrue();
        assertThat(new AccessPolicy(List.of(), Tier.BLOCKED).mayList(call("bot", "files", "read")))
                .isFalse();
    }

    @Test
    void theDefaultTierMayBeBlocked() {
        assertThat(new AccessPolicy(List.of(), Tier.BLOCKED).decide(call("bot", "files", "read")))
                .isEqualTo(new Decision.Blocked("default"));
    }

    @Test
    void anUnknownMethodIsBlocked() {
        var policy = new AccessPolicy(List.of(rule("all", Tier.AUTONOMOUS, "*", "*", "*")), Tier.AUTONOMOUS);
        assertThat(policy.decide(AccessRequest.local("spc_1", "bot", "tasks/get")))
                .isInstanceOf(Decision.Blocked.class);
        assertThat(policy.decide(AccessRequest.local("spc_1", "bot", "tools/callx")))
                .isInstanceOf(Decision.Blocked.class);
        assertThat(policy.decide(AccessRequest.local("spc_1", "bot", "ping"))).isInstanceOf(Decision.Autonomous.class);
    }

    @Test
    void everyTierHasItsDecision() {
        for (var tier : Tier.values()) {
            assertThat(new AccessPolicy(List.of(), tier)
                            .decide(call("a", "b", "c"))
                            .tier())
                    .isEqualTo(tier);
        }
    }

    @Test
    void aStarMatchesAnyCharacters() {
        assertThat(new Glob("*").matches("")).isTrue();
        assertThat(new Glob("a*c").matches("abc")).isTrue();
        assertThat(new Glob("a*c").matches("ac")).isTrue();
        assertThat(new Glob("a*c").matches("abcd")).isFalse();
        assertThat(new Glob("a.c").matches("abc")).isFalse();
        assertThat(new Glob("").matches("a")).isFalse();
        assertThat(new Glob("*a*b*").matches("xxaxxbxx")).isTrue();
        assertThat(new Glob("*a".repeat(30)).matches("a".repeat(5_000) + "b")).isFalse();
    }

    private static Rule rule(String name, Tier tier, String agent, String server, String tool) {
        return new Rule(name, tier, new Glob(agent), new Glob(server), new Glob(tool));
    }

    private static AccessRequest call(String agent, String server, String tool) {
        return new AccessRequest("spc_1", agent, "tools/call", "srv_1", server, tool);
    }
}
