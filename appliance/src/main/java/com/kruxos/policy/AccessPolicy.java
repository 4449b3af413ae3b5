package com.kruxos.policy;

import java.util.List;
import java.util.Set;

/**
 * May this caller make this call? The first rule that covers the call decides; where none does, the default for tools
 * does; a method that is not named here is blocked.
 *
 * @param defaultTier the tier of a tool no rule names
 */
public record AccessPolicy(List<Rule> rules, Tier defaultTier) {
    private static final Set<String> ALWAYS_ALLOWED = Set.of(
            "initialize",
            "ping",
            "tools/list",
            "prompts/list",
            "resources/list",
            "resources/templates/list",
            "logging/setLevel");

    /** What rules decide: whatever reaches a server. */
    private static final Set<String> FORWARDED = Set.of(
            "tools/call",
            "prompts/get",
            "resources/read",
            "resources/subscribe",
            "resources/unsubscribe",
            "completion/complete");

    public AccessPolicy {
        rules = List.copyOf(rules);
    }

    public Decision decide(AccessRequest question) {
        if (ALWAYS_ALLOWED.contains(question.method())) {
            return new Decision.Autonomous("housekeeping");
        }
        if (!FORWARDED.contains(question.method())) {
            return new Decision.Blocked("unknown method");
        }
        for (var rule : rules) {
            if (rule.matches(question)) {
                return decision(rule.tier(), rule.name());
            }
        }
        return decision(defaultTier, "default");
    }

    private static Decision decision(Tier tier, String rule) {
        return switch (tier) {
            case AUTONOMOUS -> new Decision.Autonomous(rule);
            case NOTIFY -> new Decision.Notify(rule);
            case APPROVE -> new Decision.Approve(rule);
            case BLOCKED -> new Decision.Blocked(rule);
        };
    }
}
